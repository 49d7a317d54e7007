namespace Hyperdiff;

/// <summary>Takes apart what an objective returned, and checks that it is a scalar.</summary>
internal static class ObjectiveOutput
{
    public static FormOutput Of(string name, Tensor value)
    {
        return Allowed.Returned(value, name).Rank == 0 && value.DType.IsFloating()
            ? new FormOutput([value], null)
            : throw new ShapeMismatchException($"{name} must return a floating scalar, and returned {value.Type}; reduce it by Sum() or Mean().");
    }

    public static FormOutput WithAuxiliary<TAux>(string name, (Tensor Value, TAux Auxiliary) result, Tree<TAux> tree)
    {
        Tensor[] leaves = Of(name, result.Value).Leaves;
        var auxiliary = new FlatTree<TAux>(tree, result.Auxiliary, "auxiliary");
        return new FormOutput([.. leaves, .. auxiliary.Tensors], auxiliary);
    }
}
