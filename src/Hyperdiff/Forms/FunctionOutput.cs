namespace Hyperdiff;

/// <summary>Takes apart what a function returned, a structure of its own.</summary>
internal static class FunctionOutput
{
    public static FormOutput Of<TResult>(string name, Tree<TResult> tree, TResult result)
    {
        var flat = new FlatTree<TResult>(tree, Allowed.Returned(result, name), "result");
        return new FormOutput(flat.Tensors, flat);
    }
}
