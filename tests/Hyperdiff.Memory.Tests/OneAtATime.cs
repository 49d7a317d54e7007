// one test at a time: the memory that is live is that of the process
[assembly: CollectionBehavior(DisableTestParallelization = true)]
