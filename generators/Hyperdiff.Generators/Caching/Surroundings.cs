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
    private readonly Dictionary<string, List<int>> _declaring = new();
    private readonly string[] _everywhere;
    private readonly SyntaxTree[] _trees;

    private Surroundings(Compilation compilation, CancellationToken cancellation)
    {
        _trees = [.. compilation.SyntaxTrees];
        Surface[] surfaces = [.. _trees.Select(tree => Surface.Of(tree, cancellation))];
        for (int i = 0; i < surfaces.Length; i++)
        {
            foreach (string name in surfaces[i].Declared)
            {
                if (!_declaring.TryGetValue(name, out List<int>? files))
                {
                    _declaring.Add(name, files = []);
                }

                files.Add(i);
            }
        }

        _everywhere = [.. surfaces.SelectMany(surface => surface.MentionedGlobally).Distinct()];
        string common = Surface.HashOf(Common(compilation, _trees, surfaces));
        string[] hashes = new Closure(surfaces, [.. surfaces.Select(surface => Declaring(surface.Mentioned))]).Hashes(common);
        for (int i = 0; i < _trees.Length; i++)
        {
            _hashes[_trees[i]] = hashes[i];
        }
    }

    /// <summary>Of what a file declares.</summary>
    public static string Of(SyntaxTree tree, Compilation compilation, CancellationToken cancellation) => Of(compilation, cancellation)._hashes[tree];

    /// <summary>Of what stands in its bodies too, as long as these stay as they are.</summary>
    public static string OfBodies(SyntaxTree tree, Compilation compilation, CancellationToken cancellation)
    {
        Surroundings known = Of(compilation, cancellation);
        IEnumerable<string> used = known.Declaring(Surface.AllMentioned(tree, cancellation)).OrderBy(file => file)
            .Select(file => known._hashes[known._trees[file]]);
        return Surface.HashOf(string.Join("\0", used.Prepend(known._hashes[tree])));
    }

    private static Surroundings Of(Compilation compilation, CancellationToken cancellation) => s_known.TryGetValue(compilation, out Surroundings? known)
        ? known : s_known.GetValue(compilation, key => new Surroundings(key, cancellation));

    private int[] Declaring(IEnumerable<string> mentioned) => [.. mentioned.Concat(_everywhere)
        .SelectMany(name => _declaring.TryGetValue(name, out List<int>? files) ? files : []).Distinct()];

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

    private sealed class Number(long value)
    {
        public long Value { get; } = value;
    }
}
