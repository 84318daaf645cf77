/* Takes mail on loopback and forgets it, faster than any client can send: what is measured is the client.
 *
 *     sink PORT [FILE]     port 0 for any free one; prints the port, and at the end how many messages it took
 *
 * One process, epoll, ESMTP with PIPELINING and 8BITMIME. With FILE it writes the Message-ID of each message there, a
 * line each, before it answers the final dot: what stands in the file was accepted, whatever the client heard of it.
 * It ends, and prints its count, when its standard input is closed.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MOST = 1024, ROOM = 1 << 18, LINE = 1000, ID = 300 };

/* `line` holds what came of a command or header that is not whole yet; `tail` the last five bytes of a body. */
struct peer {
  int in_body, in_head;
  size_t filled;
  char line[LINE];
  char tail[5];
  char id[ID];
};

static struct peer peers[MOST];
static char block[ROOM];
static char answers[ROOM];
static size_t answered;
static long taken;
static FILE *names;

static void answer(const char *words) {
  size_t length = strlen(words);
  if (answered + length < sizeof answers) {
    memcpy(answers + answered, words, length);
    answered += length;
  }
}

static void flush_answers(int fd) {
  size_t done = 0;
  while (done < answered) {
    ssize_t sent = send(fd, answers + done, answered - done, MSG_NOSIGNAL);
    if (sent <= 0) break;
    done += (size_t)sent;
  }
  answered = 0;
}

static int command(struct peer *p, const char *line) { /* 0 when the connection is to be closed */
  if (!strncasecmp(line, "EHLO", 4)) answer("250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 ENHANCEDSTATUSCODES\r\n");
  else if (!strncasecmp(line, "DATA", 4)) {
    answer("354 go on\r\n");
    p->in_body = p->in_head = 1;
    memcpy(p->tail, "...\r\n", 5); /* a body may begin with the final dot */
    p->id[0] = 0;
  } else if (!strncasecmp(line, "QUIT", 4)) {
    answer("221 2.0.0 bye\r\n");
    return 0;
  } else answer("250 2.0.0 ok\r\n");
  return 1;
}

static void header(struct peer *p, const char *line) {
  if (!line[0]) p->in_head = 0;
  else if (!strncasecmp(line, "Message-ID:", 11)) {
    line += 11 + strspn(line + 11, " ");
    size_t length = strlen(line);
    if (length >= ID) length = ID - 1;
    memcpy(p->id, line, length);
    p->id[length] = 0;
  }
}

/* The bytes of a line that were used, its end included; 0 when it is not whole. The line stands in p->line then. */
static size_t take_line(struct peer *p, const char *from, size_t length) {
  const char *end = memchr(from, '\n', length);
  size_t used = end ? (size_t)(end - from) + 1 : length, room = LINE - 1 - p->filled;
  memcpy(p->line + p->filled, from, used < room ? used : room);
  p->filled += used < room ? used : room;
  if (!end) return 0;
  while (p->filled && strchr("\r\n", p->line[p->filled - 1])) p->filled--;
  p->line[p->filled] = 0;
  p->filled = 0;
  return used;
}

static void keep_tail(struct peer *p, const char *from, size_t length) {
  if (length >= 5) memcpy(p->tail, from + length - 5, 5);
  else {
    memmove(p->tail, p->tail + length, 5 - length);
    memcpy(p->tail + 5 - length, from, length);
  }
}

/* How many of these bytes belong to the body, the final CRLF.CRLF included: found by memmem, or across two blocks. */
static size_t body_end(struct peer *p, const char *from, size_t length, int *whole) {
  char seam[9];
  size_t few = length < 4 ? length : 4;
  memcpy(seam, p->tail, 5);
  memcpy(seam + 5, from, few);
  char *across = memmem(seam, 5 + few, "\r\n.\r\n", 5);
  *whole = 1;
  if (across && across + 5 - seam > 5) return (size_t)(across + 5 - seam) - 5;
  char *inside = memmem(from, length, "\r\n.\r\n", 5);
  if (inside) return (size_t)(inside - from) + 5;
  *whole = 0;
  return length;
}

static void took(struct peer *p) {
  p->in_body = p->in_head = 0;
  p->filled = 0;
  taken++;
  if (names) { /* in the file before the client can know */
    fprintf(names, "%s\n", p->id);
    fflush(names);
  }
  answer("250 2.0.0 taken\r\n");
}

static int feed(struct peer *p, const char *from, size_t length) {
  while (length) {
    size_t used;
    if (p->in_body) {
      int whole;
      used = body_end(p, from, length, &whole);
      for (size_t seen = 0, line; names && p->in_head && seen < used; seen += line) {
        line = take_line(p, from + seen, used - seen);
        if (!line) break;
        header(p, p->line);
      }
      keep_tail(p, from, used);
      if (whole) took(p);
    } else {
      used = take_line(p, from, length);
      if (!used) return 1;
      if (!command(p, p->line)) return 0;
    }
    from += used;
    length -= used;
  }
  return 1;
}

static void welcome(int listening, int poll) {
  int fd = accept(listening, NULL, NULL), on = 1;
  if (fd < 0) return;
  if (fd >= MOST) {
    close(fd);
    return;
  }
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  memset(&peers[fd], 0, sizeof peers[fd]);
  struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
  epoll_ctl(poll, EPOLL_CTL_ADD, fd, &event);
  answer("220 sink ESMTP\r\n");
  flush_answers(fd);
}

int main(int count, char **words) {
  if (count < 2) return 2;
  if (count > 2 && !(names = fopen(words[2], "a"))) return 1;
  struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(words[1]))};
  here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof here;
  int listening = socket(AF_INET, SOCK_STREAM, 0), poll = epoll_create1(0), on = 1;
  setsockopt(listening, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(listening, (struct sockaddr *)&here, size) || listen(listening, 256)) return 1;
  getsockname(listening, (struct sockaddr *)&here, &size);
  printf("%d\n", ntohs(here.sin_port));
  fflush(stdout);
  struct epoll_event event = {.events = EPOLLIN, .data.fd = listening}, ready[64];
  epoll_ctl(poll, EPOLL_CTL_ADD, listening, &event);
  event.data.fd = 0;
  epoll_ctl(poll, EPOLL_CTL_ADD, 0, &event);
  for (;;) {
    int some = epoll_wait(poll, ready, 64, -1);
    for (int i = 0; i < some; i++) {
      int fd = ready[i].data.fd;
      if (fd == 0) { /* somebody closed our standard input: the work is done */
        printf("%ld\n", taken);
        return 0;
      }
      if (fd == listening) {
        welcome(listening, poll);
        continue;
      }
      ssize_t length = recv(fd, block, sizeof block, 0);
      int stays = length > 0 && feed(&peers[fd], block, (size_t)length);
      flush_answers(fd);
      if (!stays) close(fd);
    }
  }
}
