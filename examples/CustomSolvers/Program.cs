using CustomSolvers;

foreach (var hypergradient in Demonstration.Hypergradients())
{
    Console.WriteLine(hypergradient.EnsureConverged());
    Console.WriteLine(hypergradient);
}

foreach (var laws in Demonstration.Laws())
{
    Console.WriteLine(laws);
    laws.EnsureHolds();
}
