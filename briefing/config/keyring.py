"""Takes the place where a secret is kept, gives the secret, or an error that names the line and never the secret.

Next: briefing/config/mail.py, which needs the most of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from briefing.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from briefing.config.values import Secret
    from briefing.config.yaml_text import YamlText


@dataclass(frozen=True, slots=True)
class Keyring:
    """Fetches the secrets of one config.

    Attributes:
        path: of the config; files are looked for beside it.
        environ: where `{env: NAME}` is looked up.
    """

    yaml: YamlText
    path: Path
    environ: Mapping[str, str]

    def fetch(self, secret: Secret, *key: str | int) -> str:
        """The secret; of a file without white space around it.

        Args:
            secret: says where it is kept.
            key: the way to it from the top of the config.

        Raises:
            ConfigError: nothing is kept there.
        """
        try:
            if secret.env:
                return self.environ[secret.env]
            return (self.path.parent / str(secret.file)).read_text(encoding="utf-8").strip()
        except KeyError as error:
            message = f"the environment has no {secret.env}; set it before the program starts"
            raise self.complaint(message, *key) from error
        except OSError as error:
            raise self.complaint(f"{secret.file} cannot be read ({error.strerror})", *key) from error
        except UnicodeDecodeError:
            # Not chained: the error holds what was read.
            raise self.complaint(f"{secret.file} is no text", *key) from None

    def find(self, secret: Secret | None, *key: str | int) -> str | None:
        """The same; None for None."""
        return None if secret is None else self.fetch(secret, *key)

    def complaint(self, message: str, *key: str | int) -> ConfigError:
        """An error about the value of this key, with its line."""
        return complaint(message, *key, yaml=self.yaml, path=self.path)


def complaint(message: str, *key: str | int, yaml: YamlText, path: Path) -> ConfigError:
    """An error about the value of a key, with its line and column."""
    place = yaml.place_of(key)
    return ConfigError(str(path), f"{'.'.join(map(str, key))}: {message}", line=place.line, column=place.column)
