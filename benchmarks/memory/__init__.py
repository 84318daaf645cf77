"""Fits what brings a told story back."""
