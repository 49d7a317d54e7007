namespace Hyperdiff.FSharp

open Hyperdiff

/// <summary>Sums, means, extremes, norms, order, in the module <c>Tensor</c>.</summary>
[<AutoOpen>]
module Reductions =

    /// <summary>Sums, means, extremes, norms, order, in the module <c>Tensor</c>.</summary>
    [<RequireQualifiedAccess>]
    module Tensor =

        /// <summary>The sum of all elements.</summary>
        [<CompiledName("Sum")>]
        let sum (tensor: Tensor) = tensor.Sum()

        /// <summary>The sum over one axis, which disappears; −1 is the last.</summary>
        [<CompiledName("SumAxis")>]
        let sumAxis (axis: int) (tensor: Tensor) = tensor.Sum axis

        /// <summary>The sum over several axes, which disappear.</summary>
        [<CompiledName("SumAxes")>]
        let sumAxes (axes: int list) (tensor: Tensor) = tensor.Sum(span axes)

        /// <summary>The mean of all elements.</summary>
        [<CompiledName("Mean")>]
        let mean (tensor: Tensor) = tensor.Mean()

        /// <summary>The mean over one axis, which disappears; −1 is the last.</summary>
        [<CompiledName("MeanAxis")>]
        let meanAxis (axis: int) (tensor: Tensor) = tensor.Mean axis

        /// <summary>The mean over several axes, which disappear.</summary>
        [<CompiledName("MeanAxes")>]
        let meanAxes (axes: int list) (tensor: Tensor) = tensor.Mean(span axes)

        /// <summary>The product of all elements.</summary>
        [<CompiledName("Prod")>]
        let prod (tensor: Tensor) = tensor.Prod()

        /// <summary>The product over one axis, which disappears; −1 is the last.</summary>
        [<CompiledName("ProdAxis")>]
        let prodAxis (axis: int) (tensor: Tensor) = tensor.Prod axis

        /// <summary>The product over several axes, which disappear.</summary>
        [<CompiledName("ProdAxes")>]
        let prodAxes (axes: int list) (tensor: Tensor) = tensor.Prod(span axes)

        /// <summary>The largest of all elements.</summary>
        [<CompiledName("Max")>]
        let max (tensor: Tensor) = tensor.Max()

        /// <summary>The largest over one axis, which disappears; −1 is the last.</summary>
        [<CompiledName("MaxAxis")>]
        let maxAxis (axis: int) (tensor: Tensor) = tensor.Max axis

        /// <summary>The largest over several axes, which disappear.</summary>
        [<CompiledName("MaxAxes")>]
        let maxAxes (axes: int list) (tensor: Tensor) = tensor.Max(span axes)

        /// <summary>The smallest of all elements.</summary>
        [<CompiledName("Min")>]
        let min (tensor: Tensor) = tensor.Min()

        /// <summary>The smallest over one axis, which disappears; −1 is the last.</summary>
        [<CompiledName("MinAxis")>]
        let minAxis (axis: int) (tensor: Tensor) = tensor.Min axis

        /// <summary>The smallest over several axes, which disappear.</summary>
        [<CompiledName("MinAxes")>]
        let minAxes (axes: int list) (tensor: Tensor) = tensor.Min(span axes)

        /// <summary>The variance (divided by n) of all elements.</summary>
        [<CompiledName("Var")>]
        let var (tensor: Tensor) = tensor.Var()

        /// <summary>The variance (divided by n) over one axis, which disappears; −1 is the last.</summary>
        [<CompiledName("VarAxis")>]
        let varAxis (axis: int) (tensor: Tensor) = tensor.Var axis

        /// <summary>The variance (divided by n) over several axes, which disappear.</summary>
        [<CompiledName("VarAxes")>]
        let varAxes (axes: int list) (tensor: Tensor) = tensor.Var(span axes)

        /// <summary>The standard deviation (divided by n) of all elements.</summary>
        [<CompiledName("Std")>]
        let std (tensor: Tensor) = tensor.Std()

        /// <summary>The standard deviation (divided by n) over one axis, which disappears; −1 is the last.</summary>
        [<CompiledName("StdAxis")>]
        let stdAxis (axis: int) (tensor: Tensor) = tensor.Std axis

        /// <summary>The standard deviation (divided by n) over several axes, which disappear.</summary>
        [<CompiledName("StdAxes")>]
        let stdAxes (axes: int list) (tensor: Tensor) = tensor.Std(span axes)

        /// <summary>The Euclidean norm of all elements.</summary>
        [<CompiledName("Norm")>]
        let norm (tensor: Tensor) = tensor.Norm()

        /// <summary>The Euclidean norm over one axis, which disappears; −1 is the last.</summary>
        [<CompiledName("NormAxis")>]
        let normAxis (axis: int) (tensor: Tensor) = tensor.Norm axis

        /// <summary>The Euclidean norm over several axes, which disappear.</summary>
        [<CompiledName("NormAxes")>]
        let normAxes (axes: int list) (tensor: Tensor) = tensor.Norm(span axes)

        /// <summary>The norm (Σ |x|ᵖ)^(1/p) of all elements, p ≥ 1; infinity for the greatest absolute value.</summary>
        [<CompiledName("LpNorm")>]
        let lpNorm (power: float) (tensor: Tensor) = tensor.LpNorm power

        /// <summary>The norm (Σ |x|ᵖ)^(1/p) over several axes, which disappear.</summary>
        [<CompiledName("LpNormAxes")>]
        let lpNormAxes (power: float) (axes: int list) (tensor: Tensor) = tensor.LpNorm(power, span axes)

        /// <summary>Whether all elements of a mask are true.</summary>
        [<CompiledName("All")>]
        let all (tensor: Tensor) = tensor.All()

        /// <summary>Whether all elements of a mask along an axis are true.</summary>
        [<CompiledName("AllAxis")>]
        let allAxis (axis: int) (tensor: Tensor) = tensor.All axis

        /// <summary>Whether an element of a mask is true.</summary>
        [<CompiledName("Any")>]
        let any (tensor: Tensor) = tensor.Any()

        /// <summary>Whether an element of a mask along an axis is true.</summary>
        [<CompiledName("AnyAxis")>]
        let anyAxis (axis: int) (tensor: Tensor) = tensor.Any axis

        /// <summary>The position of the largest along an axis, int32.</summary>
        [<CompiledName("ArgMax")>]
        let argMax (axis: int) (tensor: Tensor) = tensor.ArgMax axis

        /// <summary>The position of the smallest along an axis, int32.</summary>
        [<CompiledName("ArgMin")>]
        let argMin (axis: int) (tensor: Tensor) = tensor.ArgMin axis

        /// <summary>e^x over its sum along an axis.</summary>
        [<CompiledName("Softmax")>]
        let softmax (axis: int) (tensor: Tensor) = tensor.Softmax axis

        /// <summary>The logarithm of softmax along an axis, stable.</summary>
        [<CompiledName("LogSoftmax")>]
        let logSoftmax (axis: int) (tensor: Tensor) = tensor.LogSoftmax axis

        /// <summary>ln Σ e^x along an axis, which disappears; stable.</summary>
        [<CompiledName("LogSumExp")>]
        let logSumExp (axis: int) (tensor: Tensor) = tensor.LogSumExp axis

        /// <summary>The sums of the first 1, 2, … elements along an axis.</summary>
        [<CompiledName("CumSum")>]
        let cumSum (axis: int) (tensor: Tensor) = tensor.CumSum axis

        /// <summary>The products of the first 1, 2, … elements along an axis.</summary>
        [<CompiledName("CumProd")>]
        let cumProd (axis: int) (tensor: Tensor) = tensor.CumProd axis

        /// <summary>The elements in ascending order along an axis; NaN comes last.</summary>
        [<CompiledName("Sort")>]
        let sort (axis: int) (tensor: Tensor) = tensor.Sort axis

        /// <summary>The elements in descending order along an axis; NaN comes last.</summary>
        [<CompiledName("SortDescending")>]
        let sortDescending (axis: int) (tensor: Tensor) = tensor.Sort(axis, descending = true)

        /// <summary>Where the first, second, … elements in ascending order are, int32.</summary>
        [<CompiledName("ArgSort")>]
        let argSort (axis: int) (tensor: Tensor) = tensor.ArgSort axis

        /// <summary>Where the first, second, … elements in descending order are, int32.</summary>
        [<CompiledName("ArgSortDescending")>]
        let argSortDescending (axis: int) (tensor: Tensor) = tensor.ArgSort(axis, descending = true)

        /// <summary>The k greatest elements along an axis, in descending order, and where they were.</summary>
        [<CompiledName("TopK")>]
        let topK (count: int) (axis: int) (tensor: Tensor) : struct (Tensor * Tensor) = tensor.TopK(count, axis)
