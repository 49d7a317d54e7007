using Hyperdiff.Golden;
using Hyperdiff.Testing;

if (args is not [var folder, .. var where] || !Directory.Exists(folder) || where is not ([] or ["guarded"]))
{
    Console.Error.WriteLine("usage: Hyperdiff.Golden DIR [guarded], a folder of golden hypergradients (*.json); computed by what stands in for a GPU");
    return 2;
}

GuardedBackend? guarded = where is [_] ? new GuardedBackend() : null;

var cases = new List<GoldenCase>();
foreach (string path in Directory.GetFiles(folder, "*.json").Order(StringComparer.Ordinal))
{
    foreach (GoldenCase one in GoldenComparison.Of(GoldenFile.Read(path, guarded)))
    {
        Console.WriteLine(one);
        cases.Add(one);
    }
}

int failed = cases.Count(one => one.Failed);
int skipped = cases.Count(one => one.SkipReason is not null);
if (guarded is not null)
{
    Console.WriteLine($"{guarded.Name}: {guarded.Counts}");
}

Console.WriteLine($"{cases.Count - failed - skipped} passed, {failed} failed, {skipped} skipped");
return failed == 0 ? 0 : 1;
