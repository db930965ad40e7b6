// Classes run beside each other, on all cores; those that measure the process itself are marked.
[assembly: Parallelize(Scope = ExecutionScope.ClassLevel)]
// Tests that are generic over internal types, as those of the kernels over their vectors, are internal too.
[assembly: DiscoverInternals]
