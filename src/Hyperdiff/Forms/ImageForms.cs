namespace Hyperdiff;

/// <summary>What the package's images hold of forms over data. Nobody runs this: the compiler ahead of time reads it.</summary>
/// <remarks>It compiles generic code once for all classes, but for each structure by itself, and only those that it sees: the data of a form is a tuple, which
/// is one. Here are those of one to four tensors, or of other objects.</remarks>
internal static class ImageForms
{
    /// <summary>The forms of all numbers of parameters.</summary>
    internal static void All(object form)
    {
        Of<ValueTuple<Tensor>>(form);
        Of<(Tensor, Tensor)>(form);
        Of<(Tensor, Tensor, Tensor)>(form);
        Of<(Tensor, Tensor, Tensor, Tensor)>(form);
    }

    private static void Of<TData>(object form)
    {
        var (data, tree) = ((TData)form, (Tree<TData>)form);
        var bound = (BoundForm<Tensor, Tensor, TData>)form;
        bound.Bind(bound.FlattenState(null!), bound.FlattenHyper(null!), bound.IsPure);
        new FlatTree<TData>(tree, data, bound.Name).With([]);
        new MapForm<Tensor, Tensor, TData>(string.Empty, (w, _, _) => w, bound.StateTree, bound.HyperTree, tree).Bind(data);
        new ObjectiveForm<Tensor, Tensor, TData>(string.Empty, (w, _, _) => w, bound.StateTree, bound.HyperTree, tree).Bind(data);
    }
}
