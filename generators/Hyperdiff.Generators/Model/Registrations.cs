namespace Hyperdiff.Generators.Model;

/// <summary>The types whose trees are made known when the assembly is loaded.</summary>
/// <param name="Types">Without repetition, in a fixed order.</param>
internal sealed record Registrations(EquatableArray<TreeType> Types)
{
    /// <summary>All <c>[Tree]</c> types, and the arrays and tuples in the signatures of annotated methods, and in calls, with those inside them.</summary>
    public static Registrations Of(IEnumerable<TreeModel> trees, IEnumerable<FormModel> forms, IEnumerable<TreeType> calls)
    {
        IEnumerable<TreeType> declared = trees.Select(tree => new TreeType(TreeKind.Declared, tree.Hierarchy.QualifiedName, EquatableArray<TreeType>.Empty));
        IEnumerable<TreeType> signatures = forms
            .Where(form => form.TypesVisibility != Visibility.Private)
            .SelectMany(form => (TreeType?[])[form.State, form.Hyper, form.Auxiliary?.Tree, .. form.Data.Select(parameter => parameter.Tree)])
            .OfType<TreeType>()
            .Concat(calls)
            .SelectMany(Composite);
        return new Registrations(new EquatableArray<TreeType>(declared.Concat(signatures)
            .Select(WithoutNames)
            .Distinct()
            .OrderBy(type => type.Name, StringComparer.Ordinal)));
    }

    // to the runtime a reference that may be null is one that may not, whose tree must not give way to the other's
    private static IEnumerable<TreeType> Composite(TreeType type) => type.Parts.Count == 0
        ? [] : type.Parts.SelectMany(Composite).Concat(HasOptional(type) || HasRecord(type) ? [] : [type]);

    // the tree of a record that is not marked stands in the form that uses it
    private static bool HasRecord(TreeType type) => type.Kind == TreeKind.Record || type.Parts.Any(HasRecord);

    private static bool HasOptional(TreeType type) => type.Kind == TreeKind.Optional || type.Parts.Any(HasOptional);

    // tuples that differ in names alone are one type to the runtime
    private static TreeType WithoutNames(TreeType type)
    {
        var parts = new EquatableArray<TreeType>(type.Parts.Select(WithoutNames));
        return parts.Count == 0 ? type : new TreeType(type.Kind, $"{type.Kind}({string.Join(", ", parts.Select(part => part.Name))})", parts);
    }
}
