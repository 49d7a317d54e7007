using Hyperdiff.Generators.Model;
using Hyperdiff.Generators.Parsing;

namespace Hyperdiff.Generators.Emission;

/// <summary>Expressions for trees, and statements that walk them: the same for records and for the data of forms.</summary>
internal static class TreeExpressions
{
    private const int Most = 7;

    /// <summary>The tree of a type.</summary>
    public static string Of(TreeType type) => type.Kind switch
    {
        TreeKind.Tensor => "global::Hyperdiff.Tree.Tensor",
        TreeKind.Unit => "global::Hyperdiff.Tree.Unit",
        TreeKind.Number or TreeKind.NumberArray or TreeKind.NumberTable => "global::Hyperdiff.Tree." + type.Kind,
        TreeKind.Record => RecordTree(type) + ".Instance",
        TreeKind.Declared => type.Name + ".Tree",
        TreeKind.Tuple => Tuple([.. type.Parts.Select(Of)]),
        _ => $"global::Hyperdiff.Tree.{type.Kind}({string.Join(", ", type.Parts.Select(Of))})",
    };

    /// <summary>The name of the emitted tree of a record, within the form that uses it.</summary>
    public static string RecordTree(TreeType type) => "TreeOf" + new string([.. type.Name.Select(letter => char.IsLetterOrDigit(letter) ? letter : '_')]);

    /// <summary>The tree of tuples: .NET composes long ones of seven elements and a tuple of the rest.</summary>
    public static string Tuple(IReadOnlyList<string> elements) => elements.Count <= Most
        ? $"global::Hyperdiff.Tree.Tuple({string.Join(", ", elements)})"
        : $"global::Hyperdiff.Tree.Tuple({string.Join(", ", elements.Take(Most))}, {Tuple([.. elements.Skip(Most)])})";

    /// <summary>The tree of a parameter.</summary>
    public static string OfParameter(DataParameter parameter) =>
        parameter.Tree is { } tree ? Of(tree) : $"global::Hyperdiff.Tree.Static<{parameter.Type}>()";

    /// <summary>The tree of the tuple of parameters, under their names.</summary>
    public static string Named(IReadOnlyList<DataParameter> parameters) => $"global::Hyperdiff.Tree.Named({Tuple([.. parameters.Select(OfParameter)])}, "
        + $"{string.Join(", ", parameters.Select(parameter => $"\"{parameter.Name}\""))})";

    /// <summary>The statement that writes a member; a null tree means a static member.</summary>
    public static string Write(string name, string access, TreeType? tree, bool frozen)
    {
        string suffix = frozen ? ", frozen: true" : string.Empty;
        return tree switch
        {
            null => $"writer.Static(\"{name}\", {access});",
            { Kind: TreeKind.Tensor } => $"writer.Leaf(\"{name}\", {access}{suffix});",
            _ => $"writer.Child(\"{name}\", {Of(tree)}, {access}{suffix});",
        };
    }

    /// <summary>The expression that reads a member back.</summary>
    public static string Read(string access, TreeType? tree) => tree switch
    {
        null => access,
        { Kind: TreeKind.Tensor } => "reader.Leaf()",
        _ => $"reader.Child({Of(tree)}, {access})",
    };

    /// <summary>A member of a value.</summary>
    public static string Access(string value, string member) => $"{value}.{TypeNames.Escape(member)}";
}
