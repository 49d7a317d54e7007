/* A library with the standard ABI of MPI-5, as far as Hyperdiff.Mpi uses it, which refuses every handle that is not the standard's. Processes exchange by
 * files in the folder STUB_FOLDER. The constants are those of MPI 5.0, appendix A.1. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MPI_COMM_WORLD ((void *)0x101)
#define MPI_BYTE ((void *)0x247)
#define MPI_ERRORS_RETURN ((void *)0x143)
#define MPI_REQUEST_NULL ((void *)0x180)
#define MPI_STATUS_IGNORE ((void *)0)
#define MPI_IN_PLACE ((void *)1)
#define MPI_THREAD_SERIALIZED 2048

enum { Success, WrongCommunicator, WrongType, WrongHandler, WrongLevel, WrongRequest, WrongStatus, NoFile, Broken };

static const char *words[] = {
    "none", "not MPI_COMM_WORLD", "not MPI_BYTE", "not MPI_ERRORS_RETURN", "not MPI_THREAD_SERIALIZED", "not the request", "not MPI_STATUS_IGNORE",
    "no file", "the network is unreachable"};

static int started, begun;

/* an exchange in flight: its number, where what is received from each process goes, and who sends, if not all */
static struct exchange {
    int operation;
    char *received;
    size_t part;
    int root;
} exchanges[4];

static int number(const char *name, int otherwise) {
    const char *value = getenv(name);
    return value ? atoi(value) : otherwise;
}

static int size(void) { return number("STUB_SIZE", number("PMI_SIZE", 1)); }
static int rank(void) { return number("PMI_RANK", 0) % size(); }

static void name(char *path, size_t room, int operation, int from, int to, const char *end) {
    snprintf(path, room, "%s/%d.%d.%d%s", getenv("STUB_FOLDER"), operation, from, to, end);
}

static int put(int to, const void *data, size_t bytes) {
    char path[4096], ready[4096];
    name(path, sizeof path, begun, rank(), to, ".part");
    name(ready, sizeof ready, begun, rank(), to, "");
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(data, 1, bytes, file) != bytes || fclose(file))
        return NoFile;
    return rename(path, ready) ? NoFile : Success;
}

static int start(void *to, size_t bytes, int from, void **handle) {
    struct exchange *free = exchanges;
    while (free->received)
        free++;
    *free = (struct exchange){begun++, to, bytes, from};
    *handle = free;
    return Success;
}

static int check(void *communicator, void *type) {
    return communicator != MPI_COMM_WORLD ? WrongCommunicator : type != MPI_BYTE ? WrongType : getenv("STUB_BROKEN") ? Broken : Success;
}

int MPI_Get_library_version(char *version, int *length) {
    *length = snprintf(version, 8192, "Stub 5.0, of a test");
    return Success;
}

int MPI_Initialized(int *flag) {
    *flag = started || getenv("STUB_STARTED");
    return Success;
}

int MPI_Init_thread(void *count, void *values, int required, int *provided) {
    (void)count, (void)values;
    started = 1;
    /* the variable must be there, and empty, in the environment of C */
    if (!getenv("UCX_ERROR_SIGNALS") || *getenv("UCX_ERROR_SIGNALS"))
        return Broken;
    *provided = number("STUB_THREADS", MPI_THREAD_SERIALIZED);
    return required == MPI_THREAD_SERIALIZED ? Success : WrongLevel;
}

int MPI_Query_thread(int *provided) {
    *provided = MPI_THREAD_SERIALIZED;
    return Success;
}

int MPI_Comm_set_errhandler(void *communicator, void *handler) {
    return communicator != MPI_COMM_WORLD ? WrongCommunicator : handler != MPI_ERRORS_RETURN ? WrongHandler : Success;
}

int MPI_Comm_rank(void *communicator, int *result) {
    *result = rank();
    return communicator == MPI_COMM_WORLD ? Success : WrongCommunicator;
}

int MPI_Comm_size(void *communicator, int *result) {
    *result = size();
    return communicator == MPI_COMM_WORLD ? Success : WrongCommunicator;
}

int MPI_Iallgather(const void *mine, int bytes, void *type, void *all, int each, void *receivedType, void *communicator, void **handle) {
    int code = check(communicator, receivedType == type && each == bytes ? type : 0);
    if (mine == MPI_IN_PLACE)
        mine = (char *)all + (size_t)rank() * each;
    for (int to = 0; to < size() && !code; to++)
        code = put(to, mine, bytes);
    return code ? code : start(all, bytes, -1, handle);
}

int MPI_Ialltoall(const void *slices, int bytes, void *type, void *all, int each, void *receivedType, void *communicator, void **handle) {
    int code = check(communicator, receivedType == type && each == bytes ? type : 0);
    for (int to = 0; to < size() && !code; to++)
        code = put(to, (const char *)slices + (size_t)to * bytes, bytes);
    return code ? code : start(all, bytes, -1, handle);
}

int MPI_Ibcast(void *data, int bytes, void *type, int from, void *communicator, void **handle) {
    int code = check(communicator, type);
    for (int to = 0; to < size() && !code && rank() == from; to++)
        code = put(to, data, bytes);
    return code ? code : start(data, bytes, from, handle);
}

int MPI_Test(void **handle, int *flag, void *status) {
    char path[4096];
    struct exchange *it = *handle;
    if (it < exchanges || it >= exchanges + 4 || !it->received)
        return WrongRequest;
    if (status != MPI_STATUS_IGNORE)
        return WrongStatus;
    *flag = 0;
    for (int from = 0; from < size(); from++) {
        name(path, sizeof path, it->operation, from, rank(), "");
        if ((it->root < 0 || from == it->root) && access(path, R_OK))
            return Success;
    }
    for (int from = 0; from < size(); from++) {
        if (it->root >= 0 && from != it->root)
            continue;
        name(path, sizeof path, it->operation, from, rank(), "");
        FILE *file = fopen(path, "rb");
        if (!file || fread(it->root < 0 ? it->received + from * it->part : it->received, 1, it->part, file) != it->part)
            return NoFile;
        fclose(file);
        unlink(path);
    }
    it->received = 0;
    *handle = MPI_REQUEST_NULL;
    *flag = 1;
    return Success;
}

int MPI_Error_string(int code, char *text, int *length) {
    *length = snprintf(text, 512, "%s", words[code]);
    return Success;
}

int MPI_Abort(void *communicator, int code) {
    fprintf(stderr, "MPI_Abort(%d)%s\n", code, communicator == MPI_COMM_WORLD ? "" : " of another communicator");
    _exit(code);
}

int MPI_Finalize(void) {
    printf("%d: MPI_Finalize\n", rank());
    fflush(stdout);
    return Success;
}
