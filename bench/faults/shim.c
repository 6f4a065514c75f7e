/* Preloaded into our own processes (LD_PRELOAD), so that a test may do what only the machine can:
   set the clock off, fill the disk, and write down which bytes had reached it when.

   FAULT_CONTROL  a file of two 64-bit numbers: seconds to add to the clock; 1 while the disk is full
   FAULT_FOLDER   the files that are meant lie in it
   FAULT_TRACE    where each of their changes is written: a header of seven 64-bit numbers, the path,
                  the second path, the bytes */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

static volatile int64_t *control; /* [0] offset, [1] full */
static const char *folder;
static int trace = -1;

#define REAL(name) static __typeof__(&name) real; if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("FAULT_CONTROL");
    int file = path ? open(path, O_RDWR) : -1;
    if (file >= 0) {
        void *page = mmap(0, 16, PROT_READ, MAP_SHARED, file, 0);
        if (page != MAP_FAILED) control = page;
        close(file);
    }
    folder = getenv("FAULT_FOLDER");
    if ((path = getenv("FAULT_TRACE"))) trace = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
}

static int meant(const char *path) {
    return folder && strncmp(path, folder, strlen(folder)) == 0 && !strstr(path, ".db-shm");
}

static int path_of(int file, char *path) {
    char link[32];
    if (!folder || file == trace) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, 4095);
    if (length <= 0) return 0;
    path[length] = 0;
    return meant(path);
}

static int full(void) {
    if (!control || !control[1]) return 0;
    errno = ENOSPC;
    return 1;
}

/* One call, so that the records of several threads do not mix. */
static void record(char kind, const char *path, const char *other, int64_t at, const void *bytes, int64_t size) {
    if (trace < 0) return;
    int kept = errno;
    int64_t head[7] = {0x464155, kind, (int64_t)strlen(path), (int64_t)strlen(other), at, size, 0};
    struct iovec parts[4] = {{head, sizeof head}, {(void *)path, head[2]}, {(void *)other, head[3]},
                             {(void *)bytes, bytes ? size : 0}};
    if (writev(trace, parts, 4) < 0) abort();
    errno = kept;
}

/* -- the clock ------------------------------------------------------------------------------- */

int clock_gettime(clockid_t id, struct timespec *now) {
    REAL(clock_gettime);
    int done = real(id, now);
    if (control && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE)) now->tv_sec += control[0];
    return done;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    REAL(gettimeofday);
    int done = real(now, zone);
    if (control) now->tv_sec += control[0];
    return done;
}

time_t time(time_t *now) {
    REAL(time);
    time_t seconds = real(0) + (control ? control[0] : 0);
    if (now) *now = seconds;
    return seconds;
}

/* -- the disk -------------------------------------------------------------------------------- */

#define WRITES(name, offset_type)                                                            \
    ssize_t name(int file, const void *bytes, size_t size, offset_type at) {                 \
        REAL(name);                                                                          \
        char path[4096];                                                                     \
        int ours = path_of(file, path);                                                      \
        if (ours && full()) return -1;                                                       \
        ssize_t written = real(file, bytes, size, at);                                       \
        if (ours && written > 0) record('W', path, "", at, bytes, written);                  \
        return written;                                                                      \
    }
WRITES(pwrite, off_t)
WRITES(pwrite64, off64_t)

ssize_t write(int file, const void *bytes, size_t size) {
    REAL(write);
    char path[4096];
    int ours = path_of(file, path);
    if (ours && full()) return -1;
    off_t at = ours ? lseek(file, 0, SEEK_CUR) : 0;
    ssize_t written = real(file, bytes, size);
    if (ours && written > 0) record('W', path, "", at, bytes, written);
    return written;
}

#define SYNCS(name)                                                                          \
    int name(int file) {                                                                     \
        REAL(name);                                                                          \
        char path[4096];                                                                     \
        int done = real(file);                                                               \
        if (done == 0 && path_of(file, path)) record('S', path, "", 0, 0, 0);                \
        return done;                                                                         \
    }
SYNCS(fsync)
SYNCS(fdatasync)

#define CUTS(name, offset_type)                                                              \
    int name(int file, offset_type size) {                                                   \
        REAL(name);                                                                          \
        char path[4096];                                                                     \
        int done = real(file, size);                                                         \
        if (done == 0 && path_of(file, path)) record('T', path, "", size, 0, 0);             \
        return done;                                                                         \
    }
CUTS(ftruncate, off_t)
CUTS(ftruncate64, off64_t)

/* -- names ----------------------------------------------------------------------------------- */

int unlink(const char *path) {
    REAL(unlink);
    int done = real(path);
    if (done == 0 && meant(path)) record('U', path, "", 0, 0, 0);
    return done;
}

int rename(const char *path, const char *other) {
    REAL(rename);
    int done = real(path, other);
    if (done == 0 && meant(path)) record('R', path, other, 0, 0, 0);
    return done;
}

int link(const char *path, const char *other) {
    REAL(link);
    int done = real(path, other);
    if (done == 0 && meant(path)) record('L', path, other, 0, 0, 0);
    return done;
}

int linkat(int from, const char *path, int to, const char *other, int flags) {
    REAL(linkat);
    int done = real(from, path, to, other, flags);
    if (done == 0 && meant(path)) record('L', path, other, 0, 0, 0);
    return done;
}
