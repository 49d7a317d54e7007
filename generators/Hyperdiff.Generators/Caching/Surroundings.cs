using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.CodeAnalysis;

namespace Hyperdiff.Generators.Caching;

/// <summary>Of every file of a compilation, a hash of all that what it declares can depend on.</summary>
/// <remarks>
/// What a name means is decided by the declarations of that name. So a file depends on the files that declare a type of a name that it mentions, on what these
/// depend on, and on what needs no mention: options, references, global usings, the namespaces that there are. Method bodies have no part in it. Names are
/// compared without regard to where they may be seen from, which can only add dependencies.
/// </remarks>
internal sealed class Surroundings
{
    private static readonly ConditionalWeakTable<Compilation, Surroundings> s_known = new();
    private static readonly ConditionalWeakTable<object, Number> s_numbers = new();
    private static long s_last;

    private readonly Dictionary<SyntaxTree, string> _hashes = new();

    private Surroundings(Compilation compilation, CancellationToken cancellation)
    {
        SyntaxTree[] trees = [.. compilation.SyntaxTrees];
        Surface[] surfaces = [.. trees.Select(tree => Surface.Of(tree, cancellation))];
        int[][] uses = Uses(surfaces);
        string common = Surface.HashOf(Common(compilation, trees, surfaces));
        string[] hashes = new Closure(surfaces, uses).Hashes(common);
        for (int i = 0; i < trees.Length; i++)
        {
            _hashes[trees[i]] = hashes[i];
        }
    }

    public static string Of(SyntaxTree tree, Compilation compilation, CancellationToken cancellation) =>
        (s_known.TryGetValue(compilation, out Surroundings? known)
            ? known : s_known.GetValue(compilation, key => new Surroundings(key, cancellation)))._hashes[tree];

    // options and references are the same objects in the next compilation, unless they changed; they are not kept alive by being numbered
    private static string Common(Compilation compilation, SyntaxTree[] trees, Surface[] surfaces)
    {
        var text = new StringBuilder().Append(compilation.AssemblyName).Append('\0').Append(NumberOf(compilation.Options)).Append('\0');
        foreach (object part in compilation.References.Concat<object>(trees.Select(tree => tree.Options).Distinct()))
        {
            text.Append(NumberOf(part)).Append(' ');
        }

        foreach (string declaration in surfaces.SelectMany(surface => surface.Global).Distinct().OrderBy(declaration => declaration, StringComparer.Ordinal))
        {
            text.Append(declaration).Append('\0');
        }

        return text.ToString();
    }

    private static long NumberOf(object part) => s_numbers.GetValue(part, static _ => new Number(Interlocked.Increment(ref s_last))).Value;

    private static int[][] Uses(Surface[] surfaces)
    {
        var declaring = new Dictionary<string, List<int>>();
        for (int i = 0; i < surfaces.Length; i++)
        {
            foreach (string name in surfaces[i].Declared)
            {
                if (!declaring.TryGetValue(name, out List<int>? files))
                {
                    declaring.Add(name, files = []);
                }

                files.Add(i);
            }
        }

        string[] everywhere = [.. surfaces.SelectMany(surface => surface.MentionedGlobally).Distinct()];
        return [.. surfaces.Select(surface => surface.Mentioned.Concat(everywhere)
            .SelectMany(name => declaring.TryGetValue(name, out List<int>? files) ? files : []).Distinct().ToArray())];
    }

    private sealed class Number(long value)
    {
        public long Value { get; } = value;
    }
}
