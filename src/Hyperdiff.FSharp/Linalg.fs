namespace Hyperdiff.FSharp

open Hyperdiff

/// <summary>Linear algebra over the last two axes, with leading axes as a batch: the same as <c>Linalg</c> in C#, where equations, errors and derivatives are
/// described.</summary>
[<RequireQualifiedAccess>]
module Linalg =

    /// <summary>The lower triangular L of <c>A = L Lᵀ</c>, for positive definite A.</summary>
    [<CompiledName("Cholesky")>]
    let cholesky (a: Tensor) = Linalg.Cholesky a

    /// <summary>The solution X of <c>A X = B</c>, for a vector or matrices B.</summary>
    [<CompiledName("Solve")>]
    let solve (a: Tensor) (b: Tensor) = Linalg.Solve(a, b)

    /// <summary>The solution X of <c>T X = B</c>, where T is the lower triangle of A.</summary>
    [<CompiledName("SolveLower")>]
    let solveLower (a: Tensor) (b: Tensor) =
        Linalg.SolveTriangular(a, b, lower = true)

    /// <summary>The solution X of <c>T X = B</c>, where T is the upper triangle of A.</summary>
    [<CompiledName("SolveUpper")>]
    let solveUpper (a: Tensor) (b: Tensor) =
        Linalg.SolveTriangular(a, b, lower = false)

    /// <summary>The solution X of <c>Tᵀ X = B</c>, where T is the lower triangle of A.</summary>
    [<CompiledName("SolveLowerTransposed")>]
    let solveLowerTransposed (a: Tensor) (b: Tensor) =
        Linalg.SolveTriangular(a, b, lower = true, transpose = true)

    /// <summary>The solution X of <c>Tᵀ X = B</c>, where T is the upper triangle of A.</summary>
    [<CompiledName("SolveUpperTransposed")>]
    let solveUpperTransposed (a: Tensor) (b: Tensor) =
        Linalg.SolveTriangular(a, b, lower = false, transpose = true)

    /// <summary>A⁻¹.</summary>
    [<CompiledName("Inverse")>]
    let inverse (a: Tensor) = Linalg.Inverse a

    /// <summary>det A.</summary>
    [<CompiledName("Determinant")>]
    let determinant (a: Tensor) = Linalg.Determinant a

    /// <summary>The sign of det A and ln|det A|.</summary>
    [<CompiledName("LogDeterminant")>]
    let logDeterminant (a: Tensor) : struct (Tensor * Tensor) = Linalg.LogDeterminant a

    /// <summary>Q and R of <c>A = Q R</c>, reduced.</summary>
    [<CompiledName("Qr")>]
    let qr (a: Tensor) : struct (Tensor * Tensor) = Linalg.Qr a

    /// <summary>Eigenvalues, ascending, and eigenvectors, as columns, of symmetric matrices.</summary>
    [<CompiledName("Eigh")>]
    let eigh (a: Tensor) : struct (Tensor * Tensor) = Linalg.Eigh a

    /// <summary>The eigenvalues of symmetric matrices, ascending.</summary>
    [<CompiledName("EigenvaluesSymmetric")>]
    let eigenvaluesSymmetric (a: Tensor) = Linalg.EigenvaluesSymmetric a

    /// <summary>U, σ and Vᵀ of <c>A = U diag(σ) Vᵀ</c>, reduced.</summary>
    [<CompiledName("Svd")>]
    let svd (a: Tensor) : struct (Tensor * Tensor * Tensor) = Linalg.Svd a

    /// <summary>The singular values, descending.</summary>
    [<CompiledName("SingularValues")>]
    let singularValues (a: Tensor) = Linalg.SingularValues a
