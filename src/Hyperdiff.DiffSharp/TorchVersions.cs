using System.Reflection;

namespace Hyperdiff.DiffSharp;

/// <summary>DiffSharp's Torch backend and Hyperdiff.TorchSharp are built against different versions of TorchSharp, of which an application has one.</summary>
internal static class TorchVersions
{
    private const string Theirs = "DiffSharp.Backends.Torch";
    private const string Ours = "Hyperdiff.TorchSharp";
    private const string Shared = "TorchSharp";

    // what they are built against, where they are not loaded to say so themselves
    private static readonly (string Name, Version Version)[] s_known = [(Theirs, new Version(0, 100, 3)), (Ours, new Version(0, 107, 0))];

    /// <summary>Throws where this application has both, loaded or not yet.</summary>
    public static void RequireOne()
    {
        Dictionary<string, Version?> there = [];
        foreach (string file in ((string?)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") ?? string.Empty).Split(Path.PathSeparator))
        {
            there[Path.GetFileNameWithoutExtension(file)] = null;
        }

        foreach (Assembly assembly in AppDomain.CurrentDomain.GetAssemblies())
        {
            there[assembly.GetName().Name!] = Array.Find(assembly.GetReferencedAssemblies(), reference => reference.Name == Shared)?.Version;
        }

        RequireOne(there);
    }

    /// <summary>Throws where there are both.</summary>
    /// <param name="there">The assemblies, with the version of TorchSharp that they were built against, where that is known.</param>
    /// <exception cref="InvalidOperationException">There are both, built against different versions.</exception>
    public static void RequireOne(IReadOnlyDictionary<string, Version?> there)
    {
        if (!there.ContainsKey(Theirs) || !there.ContainsKey(Ours))
        {
            return;
        }

        (string theirs, string ours) = (VersionOf(Theirs), VersionOf(Ours));
        if (theirs != ours)
        {
            throw new InvalidOperationException(
                $"This application has DiffSharp's Torch backend, built against TorchSharp {theirs}, and {Ours}, built against TorchSharp {ours}, and can "
                    + $"load one of these versions only. Use {Ours} in one application and DiffSharp's Torch backend in another, or DiffSharp's reference "
                    + $"backend beside {Ours}.");
        }

        string VersionOf(string name) => (there[name] ?? s_known.First(known => known.Name == name).Version).ToString(3);
    }
}
