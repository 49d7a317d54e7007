namespace Hyperdiff.FSharp

open Hyperdiff

/// <summary>Methods for <c>w* = argmin f(w, λ)</c>. Tolerances are for ‖∇f‖, relative to its norm at the start, and absolute.</summary>
[<RequireQualifiedAccess>]
module Minimizer =

    /// <summary>A minimizer of one's own: a function from an objective to what <c>f.Solution</c> or <c>f.GiveUp</c> makes.</summary>
    [<CompiledName("From")>]
    let from (name: string) (tolerance: float) (solve: ObjectiveOracle -> InnerSolution) =
        Minimizer.From(name, solve, tolerance)

    /// <summary>Newton's method with inner conjugate gradients and a line search.</summary>
    [<CompiledName("NewtonCg")>]
    let newtonCg (tolerance: float) = Minimizer.NewtonCg tolerance

    /// <summary>Newton's method with a limit on its updates.</summary>
    [<CompiledName("NewtonCgUpTo")>]
    let newtonCgUpTo (maxIterations: int) (tolerance: float) =
        Minimizer.NewtonCg(tolerance, maxIterations)

    /// <summary>L-BFGS, which remembers so many of its last steps.</summary>
    [<CompiledName("Lbfgs")>]
    let lbfgs (memory: int) (tolerance: float) = Minimizer.Lbfgs(memory, tolerance)

    /// <summary>Gradient descent.</summary>
    [<CompiledName("GradientDescent")>]
    let gradientDescent (stepSize: StepSize) (tolerance: float) =
        Minimizer.GradientDescent(stepSize, tolerance)

    /// <summary>Gradient descent with a limit on the updates.</summary>
    [<CompiledName("GradientDescentUpTo")>]
    let gradientDescentUpTo (maxIterations: int) (stepSize: StepSize) (tolerance: float) =
        Minimizer.GradientDescent(stepSize, tolerance, maxIterations)

    /// <summary>Minimizes in float32, to the minimizer's tolerance in float64.</summary>
    [<CompiledName("InFloat32")>]
    let inFloat32 (inner: Minimizer) = Minimizer.InFloat32 inner
