using Hyperdiff.Golden;

if (args is not [var folder] || !Directory.Exists(folder))
{
    Console.Error.WriteLine("usage: Hyperdiff.Golden DIR, a folder of golden hypergradients (*.json)");
    return 2;
}

var cases = new List<GoldenCase>();
foreach (string path in Directory.GetFiles(folder, "*.json").Order(StringComparer.Ordinal))
{
    foreach (GoldenCase one in GoldenComparison.Of(GoldenFile.Read(path)))
    {
        Console.WriteLine(one);
        cases.Add(one);
    }
}

int failed = cases.Count(one => one.Failed);
int skipped = cases.Count(one => one.SkipReason is not null);
Console.WriteLine($"{cases.Count - failed - skipped} passed, {failed} failed, {skipped} skipped");
return failed == 0 ? 0 : 1;
