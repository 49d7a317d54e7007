/* What a sum over ranks in their order is in C, with arguments SECONDS BYTES...: slices to the rank that adds them, and the sums to all, of the whole
 * ("whole"), or in parts of a megabyte of which two are in flight ("parts"). Rank 0 writes a line per length and way: the least time of the slowest rank, in
 * microseconds. */
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PART (1 << 17)

static int ranks, rank;

static void add(const double *restrict given, int slice, double *restrict sums) {
    memcpy(sums, given, slice * sizeof(double));
    for (int other = 1; other < ranks; other++)
        for (int i = 0; i < slice; i++)
            sums[i] += given[(size_t)other * slice + i];
}

static void whole(double *values, int length, double *received) {
    int slice = length / ranks;
    MPI_Alltoall(values, slice, MPI_DOUBLE, received, slice, MPI_DOUBLE, MPI_COMM_WORLD);
    add(received, slice, values + (size_t)rank * slice);
    MPI_Allgather(MPI_IN_PLACE, slice, MPI_DOUBLE, values, slice, MPI_DOUBLE, MPI_COMM_WORLD);
}

static void parts(double *values, int length, double *received) {
    MPI_Request slices[2], sums[2] = {MPI_REQUEST_NULL, MPI_REQUEST_NULL};
    int most = PART / ranks * ranks, count = (length + most - 1) / most;
    for (int next = 0; next <= count; next++) {
        if (next < count) {
            int slice = (length - next * most < most ? length - next * most : most) / ranks;
            MPI_Ialltoall(values + (size_t)next * most, slice, MPI_DOUBLE, received + next % 2 * most, slice, MPI_DOUBLE, MPI_COMM_WORLD, &slices[next % 2]);
        }
        int part = next - 1;
        if (part < 0)
            continue;
        int slice = (length - part * most < most ? length - part * most : most) / ranks;
        double *here = values + (size_t)part * most;
        MPI_Wait(&slices[part % 2], MPI_STATUS_IGNORE);
        add(received + part % 2 * most, slice, here + rank * slice);
        MPI_Wait(&sums[part % 2], MPI_STATUS_IGNORE);
        MPI_Iallgather(MPI_IN_PLACE, slice, MPI_DOUBLE, here, slice, MPI_DOUBLE, MPI_COMM_WORLD, &sums[part % 2]);
    }
    MPI_Waitall(2, sums, MPI_STATUSES_IGNORE);
}

static void measure(const char *name, void (*sum)(double *, int, double *), int length, double seconds) {
    size_t room = length > 2 * PART ? length : 2 * PART;
    double *values = malloc(length * sizeof(double)), *received = malloc(room * sizeof(double)), least = 1e9, spent = 0;
    memset(received, 0, room * sizeof(double));
    for (int turn = 0; turn < 10 || spent < seconds; turn++) {
        for (int i = 0; i < length; i++)
            values[i] = i + rank;
        MPI_Barrier(MPI_COMM_WORLD);
        double time = MPI_Wtime(), slowest;
        sum(values, length, received);
        time = MPI_Wtime() - time;
        MPI_Allreduce(&time, &slowest, 1, MPI_DOUBLE, MPI_MAX, MPI_COMM_WORLD);
        least = slowest < least ? slowest : least;
        spent += slowest;
        for (int i = 0; i < length; i++)
            if (values[i] != (double)i * ranks + ranks * (ranks - 1) / 2)
                MPI_Abort(MPI_COMM_WORLD, 1);
    }
    if (rank == 0)
        printf("%s %zu %.1f\n", name, length * sizeof(double), least * 1e6);
    free(values);
    free(received);
}

int main(int count, char **arguments) {
    MPI_Init(&count, &arguments);
    MPI_Comm_size(MPI_COMM_WORLD, &ranks);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    for (int i = 2; i < count; i++) {
        int length = atol(arguments[i]) / sizeof(double) / ranks * ranks;
        measure("whole", whole, length, atof(arguments[1]));
        measure("parts", parts, length, atof(arguments[1]));
    }
    MPI_Finalize();
}
