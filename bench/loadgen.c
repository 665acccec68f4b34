// loadgen: sends ready-made HTTP/1.1 requests to a server on 127.0.0.1 over kept-alive connections, counts the answers and
// measures how long each took. One thread, epoll.
//
//   loadgen --port PORT --file FILE [--connections 64] [--count N] [--rate PER_SECOND] [--seconds 60]
//
// FILE holds the requests: each a length (uint32, little-endian) and that many bytes. It is sent once through, or over again
// until --count is reached. Without --rate each connection sends its next request as soon as its answer is there. With
// --rate a request is due every 1/rate seconds whatever the server does, and its time counts from when it was due: a server
// that stalls can't hide the requests that had to wait. Ends after --seconds in any case.
//
// Prints one line of JSON. Exit status 0 also when answers were errors: the caller reads the counts.

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { ANSWER_LIMIT = 256 * 1024, CONNECTION_LIMIT = 4096, EVENTS = 256 };

struct request {
    const char *bytes;
    uint32_t length;
};

struct requests {
    struct request *list;
    size_t count;
};

struct connection {
    int socket;
    bool busy, open, waits_for_room;
    const struct request *request;
    uint32_t written;
    double due; // when the request should have left
    char *answer;
    size_t received;
};

static int epoll;
static size_t open_connections, started, answered, broken;
static size_t by_class[6]; // answers with status 1xx … 5xx, at their first digit
static double *latencies;
static double last_answer_at;

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void *checked(void *memory) {
    if (!memory) {
        perror("loadgen");
        exit(1);
    }
    return memory;
}

static struct requests read_requests(const char *path) {
    int file = open(path, O_RDONLY);
    struct stat about;
    if (file < 0 || fstat(file, &about) || about.st_size == 0) {
        fprintf(stderr, "loadgen: can't read %s, or it is empty\n", path);
        exit(1);
    }
    size_t size = (size_t)about.st_size;
    const char *map = mmap(NULL, size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, file, 0);
    if (map == MAP_FAILED) {
        perror(path);
        exit(1);
    }
    close(file);
    struct requests all = {0};
    size_t room = 0;
    for (size_t at = 0; at < size;) {
        uint32_t length = 0;
        if (size - at >= sizeof length) memcpy(&length, map + at, sizeof length);
        if (length == 0 || size - at - sizeof length < length) {
            fprintf(stderr, "loadgen: %s is cut off or isn't a file of requests\n", path);
            exit(1);
        }
        if (all.count == room) {
            room = room ? room * 2 : 4096;
            all.list = checked(realloc(all.list, room * sizeof *all.list));
        }
        all.list[all.count++] = (struct request){map + at + sizeof length, length};
        at += sizeof length + length;
    }
    return all;
}

static void watch(struct connection *connection, uint32_t events, int operation) {
    struct epoll_event event = {.events = events, .data.ptr = connection};
    if (epoll_ctl(epoll, operation, connection->socket, &event)) {
        perror("epoll_ctl");
        exit(1);
    }
}

static void open_connection(struct connection *connection, int port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int on = 1;
    connection->socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connection->socket < 0 || connect(connection->socket, (struct sockaddr *)&address, sizeof address)) {
        perror("connect");
        exit(1);
    }
    setsockopt(connection->socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    fcntl(connection->socket, F_SETFL, O_NONBLOCK);
    connection->answer = checked(malloc(ANSWER_LIMIT + 1));
    connection->open = true;
    open_connections++;
    watch(connection, EPOLLIN, EPOLL_CTL_ADD);
}

static void close_connection(struct connection *connection) {
    if (!connection->open) return;
    if (connection->busy) broken++;
    close(connection->socket);
    connection->open = connection->busy = false;
    open_connections--;
}

static void write_more(struct connection *connection) {
    while (connection->written < connection->request->length) {
        ssize_t count = send(connection->socket, connection->request->bytes + connection->written,
                             connection->request->length - connection->written, MSG_NOSIGNAL);
        if (count > 0) {
            connection->written += (uint32_t)count;
        } else if (errno == EAGAIN) {
            if (!connection->waits_for_room) watch(connection, EPOLLIN | EPOLLOUT, EPOLL_CTL_MOD);
            connection->waits_for_room = true;
            return;
        } else if (errno != EINTR) {
            close_connection(connection);
            return;
        }
    }
    if (connection->waits_for_room) watch(connection, EPOLLIN, EPOLL_CTL_MOD);
    connection->waits_for_room = false;
}

static void start(struct connection *connection, const struct request *request, double due) {
    connection->request = request;
    connection->written = 0;
    connection->received = 0;
    connection->due = due;
    connection->busy = true;
    started++;
    write_more(connection);
}

/// Whether the answer is whole. Bodies are framed by Content-Length or chunks; a status without a body is whole at its head.
static bool answer_is_whole(struct connection *connection, int *status) {
    char *answer = connection->answer;
    answer[connection->received] = 0;
    char *head_end = memmem(answer, connection->received, "\r\n\r\n", 4);
    if (!head_end || sscanf(answer, "HTTP/1.%*d %d", status) != 1) return false;
    size_t head = (size_t)(head_end + 4 - answer), body = 0;
    for (char *line = answer; line < head_end;) {
        char *end = memmem(line, (size_t)(head_end + 2 - line), "\r\n", 2);
        if (!strncasecmp(line, "content-length:", 15)) body = strtoul(line + 15, NULL, 10);
        if (!strncasecmp(line, "transfer-encoding:", 18))
            return connection->received >= head + 5 && !memcmp(answer + connection->received - 5, "0\r\n\r\n", 5);
        line = end + 2;
    }
    return connection->received >= head + body;
}

static void read_more(struct connection *connection) {
    ssize_t count = recv(connection->socket, connection->answer + connection->received, ANSWER_LIMIT - connection->received, 0);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (count <= 0 || !connection->busy) { // The server hung up, or said something nobody asked for.
        close_connection(connection);
        return;
    }
    connection->received += (size_t)count;
    int status = 0;
    if (!answer_is_whole(connection, &status)) {
        if (connection->received == ANSWER_LIMIT) close_connection(connection);
        return;
    }
    last_answer_at = now();
    latencies[answered++] = last_answer_at - connection->due;
    by_class[status >= 100 && status < 600 ? status / 100 : 0]++;
    connection->busy = false;
}

static int compare(const void *left, const void *right) {
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static double percentile(double share) {
    return answered ? latencies[(size_t)((double)(answered - 1) * share)] * 1e3 : 0;
}

static void report(double began) {
    double seconds = answered ? last_answer_at - began : 0;
    qsort(latencies, answered, sizeof *latencies, compare);
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    double cpu = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
    printf("{\"started\": %zu, \"answered\": %zu, \"broken\": %zu, \"ok\": %zu, \"redirected\": %zu, \"refused\": %zu, \"failed\": %zu, ", started,
           answered, broken, by_class[2], by_class[3], by_class[4], by_class[5]);
    printf("\"seconds\": %.4f, \"perSecond\": %.1f, \"p50Ms\": %.3f, \"p90Ms\": %.3f, \"p95Ms\": %.3f, \"p99Ms\": %.3f, \"p999Ms\": %.3f, \"maxMs\": %.3f, ",
           seconds, seconds > 0 ? (double)answered / seconds : 0, percentile(.5), percentile(.9), percentile(.95), percentile(.99), percentile(.999), percentile(1));
    printf("\"ownCpuSeconds\": %.3f}\n", cpu);
}

int main(int argc, char **argv) {
    int port = 0, option;
    size_t connection_count = 64, count = 0;
    double rate = 0, limit_seconds = 60;
    const char *path = NULL;
    const struct option options[] = {
        {"port", 1, 0, 'p'}, {"file", 1, 0, 'f'}, {"connections", 1, 0, 'c'}, {"count", 1, 0, 'n'}, {"rate", 1, 0, 'r'}, {"seconds", 1, 0, 's'}, {0},
    };
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) switch (option) {
        case 'p': port = atoi(optarg); break;
        case 'f': path = optarg; break;
        case 'c': connection_count = strtoul(optarg, NULL, 10); break;
        case 'n': count = strtoul(optarg, NULL, 10); break;
        case 'r': rate = atof(optarg); break;
        case 's': limit_seconds = atof(optarg); break;
        default: return 64;
        }
    if (port < 1 || port > 65535 || !path || connection_count < 1 || connection_count > CONNECTION_LIMIT || rate < 0 || limit_seconds <= 0) {
        fprintf(stderr, "usage: loadgen --port PORT --file FILE [--connections 64] [--count N] [--rate PER_SECOND] [--seconds 60]\n");
        return 64;
    }

    struct requests requests = read_requests(path);
    if (!count) count = requests.count;
    latencies = checked(malloc(count * sizeof *latencies));
    epoll = epoll_create1(EPOLL_CLOEXEC);
    struct connection *connections = checked(calloc(connection_count, sizeof *connections));
    for (size_t i = 0; i < connection_count; i++) open_connection(&connections[i], port);

    double began = now();
    size_t next = 0; // the connection to ask first, so that all take turns
    while (answered + broken < count && open_connections && now() - began < limit_seconds) {
        for (size_t i = 0, first = next; i < connection_count && started < count; i++) {
            struct connection *connection = &connections[(first + i) % connection_count];
            if (!connection->open || connection->busy) continue;
            double due = rate > 0 ? began + (double)started / rate : now();
            if (due > now()) break;
            start(connection, &requests.list[started % requests.count], due);
            next = (first + i + 1) % connection_count;
        }
        struct epoll_event events[EVENTS];
        int ready = epoll_wait(epoll, events, EVENTS, rate > 0 ? 1 : 100);
        for (int i = 0; i < ready; i++) {
            struct connection *connection = events[i].data.ptr;
            if (connection->open && events[i].events & EPOLLOUT) write_more(connection);
            if (connection->open && events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) read_more(connection);
        }
    }
    report(began);
    return 0;
}
