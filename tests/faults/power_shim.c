/* Loaded before the C library (LD_PRELOAD): records what a process does to the files of one folder, and what it sends
 * over sockets, in the order in which it happened; and ends the process before an event of its choice, as a power cut.
 *
 * POWER_FOLDER is the folder, POWER_LOG the file of records, POWER_CONTROL a file of three numbers: how many events there
 * were, before which one the process ends (0: none), and how many after the next transaction that it sends (0: none). Nothing is synced in truth: the disk of the model is what counts.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define MOST_FILES 65536
#define PATH_BYTES 4096
#define MOST_SENT 65536

struct control { uint64_t events, cut_at, after_transaction; };
struct record { uint8_t kind, reserved[7]; uint64_t inode, offset, text_bytes, data_bytes; };

static char folder[PATH_BYTES];
static size_t folder_bytes;
static int log_file = -1;
static struct control *control;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
/* The inode of each open file of the folder, by its descriptor; 0: another file. */
static uint64_t inodes[MOST_FILES];

__attribute__((constructor)) static void begin(void) {
    const char *at = getenv("POWER_FOLDER"), *log = getenv("POWER_LOG"), *shared = getenv("POWER_CONTROL");
    if (!at || !log || !shared) return;
    int file = syscall(SYS_openat, AT_FDCWD, shared, O_RDWR | O_CLOEXEC, 0);
    log_file = syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_APPEND | O_CLOEXEC, 0);
    if (file < 0 || log_file < 0) abort();
    control = mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (control == MAP_FAILED) abort();
    syscall(SYS_close, file);
    snprintf(folder, sizeof folder, "%s", at);
    folder_bytes = strlen(folder);
}

/* The next function of a name: the C library's. */
#define REAL(name) \
    static __typeof__(&name) real; \
    if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

static int absolute(const char *path, char *whole) {
    if (!path) return 0;
    if (path[0] == '/') return snprintf(whole, PATH_BYTES, "%s", path) < PATH_BYTES;
    char here[PATH_BYTES];
    return getcwd(here, sizeof here) && snprintf(whole, PATH_BYTES, "%s/%s", here, path) < PATH_BYTES;
}

/* Whether it is the folder or in it. */
static int is_ours(const char *whole) {
    return log_file >= 0 && !strncmp(whole, folder, folder_bytes) && (!whole[folder_bytes] || whole[folder_bytes] == '/');
}

/* Each event begins here: the power may be cut before it. */
static void enter(void) {
    pthread_mutex_lock(&lock);
    if (++control->events == control->cut_at) {
        syscall(SYS_kill, syscall(SYS_getpid), SIGKILL);
        for (;;) syscall(SYS_pause);
    }
}

static void leave(void) {
    int kept = errno;
    pthread_mutex_unlock(&lock);
    errno = kept;
}

static void put(char kind, uint64_t inode, uint64_t offset, const char *text, size_t text_bytes, const void *data,
                size_t data_bytes) {
    int kept = errno;
    struct record head = {.kind = (uint8_t)kind, .inode = inode, .offset = offset, .text_bytes = text_bytes,
                          .data_bytes = data_bytes};
    struct iovec parts[3] = {{&head, sizeof head}, {(void *)text, text_bytes}, {(void *)data, data_bytes}};
    if (syscall(SYS_writev, log_file, parts, 3) != (long)(sizeof head + text_bytes + data_bytes)) abort();
    errno = kept;
}

static void put_paths(char kind, uint64_t inode, const char *one, const char *two) {
    put(kind, inode, 0, one, strlen(one), two, two ? strlen(two) : 0);
}

static uint64_t inode_of(int file) {
    return file >= 0 && file < MOST_FILES ? inodes[file] : 0;
}

static void opened(int file, const char *whole, int flags, int was_there) {
    struct stat found;
    if (file < 0 || file >= MOST_FILES) return;
    inodes[file] = 0;
    if (!is_ours(whole) || fstat(file, &found)) return;
    if (!S_ISREG(found.st_mode)) return;
    inodes[file] = found.st_ino;
    if (!was_there) put_paths('C', found.st_ino, whole, NULL);
    else if (flags & O_TRUNC) put('T', found.st_ino, 0, NULL, 0, NULL, 0);
}

static int open_any(int at, const char *path, int flags, mode_t mode) {
    char whole[PATH_BYTES];
    int ours = at == AT_FDCWD && absolute(path, whole) && is_ours(whole);
    int changes = ours && (flags & (O_CREAT | O_TRUNC));
    if (changes) enter();
    struct stat found;
    int was_there = !changes || !stat(whole, &found);
    int file = syscall(SYS_openat, at, path, flags, mode);
    if (file >= 0 && file < MOST_FILES) {
        if (ours) opened(file, whole, flags, was_there);
        else inodes[file] = 0;
    }
    if (changes) leave();
    return file;
}

#define MODE(flags) \
    mode_t mode = 0; \
    if ((flags) & O_CREAT || ((flags) & O_TMPFILE) == O_TMPFILE) { \
        va_list rest; va_start(rest, flags); mode = va_arg(rest, int); va_end(rest); \
    }

int open(const char *path, int flags, ...) { MODE(flags) return open_any(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE(flags) return open_any(AT_FDCWD, path, flags | O_LARGEFILE, mode); }
int openat(int at, const char *path, int flags, ...) { MODE(flags) return open_any(at, path, flags, mode); }
int openat64(int at, const char *path, int flags, ...) { MODE(flags) return open_any(at, path, flags | O_LARGEFILE, mode); }

int close(int file) {
    REAL(close);
    if (file >= 0 && file < MOST_FILES) inodes[file] = 0;
    return real(file);
}

static ssize_t wrote(uint64_t inode, off_t at, const struct iovec *parts, ssize_t done) {
    if (done <= 0) return done;
    char *data = malloc(done), *next = data;
    for (ssize_t left = done; left > 0; parts++) {
        size_t part = (size_t)left < parts->iov_len ? (size_t)left : parts->iov_len;
        memcpy(next, parts->iov_base, part);
        next += part;
        left -= part;
    }
    put('W', inode, at, NULL, 0, data, done);
    free(data);
    return done;
}

/* What leaves the machine, before it does: whoever hears it relies on it. */
static int sends(int file, const struct iovec *parts, size_t count) {
    int kind;
    socklen_t size = sizeof kind;
    if (log_file < 0 || getsockopt(file, SOL_SOCKET, SO_DOMAIN, &kind, &size) || (kind != AF_INET && kind != AF_INET6)) return 0;
    enter();
    static char data[MOST_SENT];
    size_t bytes = 0;
    for (size_t each = 0; each < count; each++) {
        size_t part = parts[each].iov_len;
        if (part > sizeof data - bytes) part = sizeof data - bytes;
        memcpy(data + bytes, parts[each].iov_base, part);
        bytes += part;
    }
    if (control->after_transaction && memmem(data, bytes, "\"sendTransaction\"", 17)) {
        control->cut_at = control->events + control->after_transaction;
        control->after_transaction = 0;
    }
    put('N', 0, 0, NULL, 0, data, bytes);
    return 1;
}

static ssize_t write_any(int file, const struct iovec *parts, int count) {
    uint64_t inode = inode_of(file);
    int sent = !inode && sends(file, parts, count);
    if (inode) enter();
    ssize_t done = syscall(SYS_writev, file, parts, count);
    if (inode) wrote(inode, lseek(file, 0, SEEK_CUR) - (done > 0 ? done : 0), parts, done);
    if (inode || sent) leave();
    return done;
}

ssize_t write(int file, const void *data, size_t bytes) {
    return write_any(file, &(struct iovec){(void *)data, bytes}, 1);
}

ssize_t writev(int file, const struct iovec *parts, int count) { return write_any(file, parts, count); }

static ssize_t write_at(int file, const void *data, size_t bytes, off_t at) {
    uint64_t inode = inode_of(file);
    if (inode) enter();
    ssize_t done = syscall(SYS_pwrite64, file, data, bytes, at);
    if (inode) {
        wrote(inode, at, &(struct iovec){(void *)data, bytes}, done);
        leave();
    }
    return done;
}

ssize_t pwrite(int file, const void *data, size_t bytes, off_t at) { return write_at(file, data, bytes, at); }
ssize_t pwrite64(int file, const void *data, size_t bytes, off64_t at) { return write_at(file, data, bytes, at); }

ssize_t send(int file, const void *data, size_t bytes, int flags) {
    int sent = sends(file, &(struct iovec){(void *)data, bytes}, 1);
    ssize_t done = syscall(SYS_sendto, file, data, bytes, flags, NULL, 0);
    if (sent) leave();
    return done;
}

ssize_t sendto(int file, const void *data, size_t bytes, int flags, const struct sockaddr *to, socklen_t size) {
    int sent = !to && sends(file, &(struct iovec){(void *)data, bytes}, 1);
    ssize_t done = syscall(SYS_sendto, file, data, bytes, flags, to, size);
    if (sent) leave();
    return done;
}

ssize_t sendmsg(int file, const struct msghdr *message, int flags) {
    int sent = sends(file, message->msg_iov, message->msg_iovlen);
    ssize_t done = syscall(SYS_sendmsg, file, message, flags);
    if (sent) leave();
    return done;
}

static int cut_to(int file, off_t bytes) {
    uint64_t inode = inode_of(file);
    if (inode) enter();
    int failed = syscall(SYS_ftruncate, file, bytes);
    if (inode) {
        if (!failed) put('T', inode, bytes, NULL, 0, NULL, 0);
        leave();
    }
    return failed;
}

int ftruncate(int file, off_t bytes) { return cut_to(file, bytes); }
int ftruncate64(int file, off64_t bytes) { return cut_to(file, bytes); }

/* A folder's sync has its path, a file's its inode. */
static int synced(int file) {
    char link[64], whole[PATH_BYTES] = "";
    struct stat found;
    uint64_t inode = inode_of(file);
    if (inode) {
        enter();
        put('S', inode, 0, NULL, 0, NULL, 0);
        leave();
    } else if (log_file >= 0 && !fstat(file, &found) && S_ISDIR(found.st_mode)) {
        snprintf(link, sizeof link, "/proc/self/fd/%d", file);
        ssize_t bytes = readlink(link, whole, sizeof whole - 1);
        if (bytes > 0 && is_ours(whole)) {
            enter();
            put_paths('S', 0, whole, NULL);
            leave();
        }
    }
    return 0;
}

int fsync(int file) { return synced(file); }
int fdatasync(int file) { return synced(file); }

/* Names: those of one folder, which is all that the product does. */
#define NAMES(kind, one, two, call) \
    char first[PATH_BYTES], second[PATH_BYTES]; \
    const char *other = (two); \
    int ours = absolute(one, first) && is_ours(first) && (!other || absolute(other, second)); \
    if (ours) enter(); \
    int failed = (call); \
    if (ours) { \
        if (!failed) put_paths(kind, 0, first, other ? second : NULL); \
        leave(); \
    } \
    return failed

int rename(const char *from, const char *to) { NAMES('R', from, to, syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0)); }
int link(const char *from, const char *to) { NAMES('L', from, to, syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0)); }
int unlink(const char *path) { NAMES('U', path, NULL, syscall(SYS_unlinkat, AT_FDCWD, path, 0)); }
int mkdir(const char *path, mode_t mode) { NAMES('M', path, NULL, syscall(SYS_mkdirat, AT_FDCWD, path, mode)); }
