// libtorch has one generator of random numbers and one number of threads for the whole process
[assembly: CollectionBehavior(DisableTestParallelization = true)]
