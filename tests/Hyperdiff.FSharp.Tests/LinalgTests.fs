module Hyperdiff.FSharp.Tests.LinalgTests

open Hyperdiff
open Hyperdiff.FSharp
open Xunit

let private a = Tensor.from2D (array2D [ [ 4.0; 1.0; 0.5 ]; [ 0.6; 3.0; -0.7 ]; [ 0.2; -0.4; 5.0 ] ])
let private b = Tensor.from [| 1.0; -2.0; 0.5 |]

let private pairs (struct (first, second): struct (Tensor * Tensor)) = [ first; second ]
let private triples (struct (first, second, third): struct (Tensor * Tensor * Tensor)) = [ first; second; third ]

[<Fact>]
let ``A function of the module gives the bits of the method`` () =
    let expected = [
        Linalg.Cholesky a
        Linalg.Solve(a, b)
        Linalg.SolveTriangular(a, b, lower = true)
        Linalg.SolveTriangular(a, b, lower = false)
        Linalg.SolveTriangular(a, b, lower = true, transpose = true)
        Linalg.SolveTriangular(a, b, lower = false, transpose = true)
        Linalg.Inverse a
        Linalg.Determinant a
        Linalg.EigenvaluesSymmetric a
        Linalg.SingularValues a
        yield! pairs (Linalg.LogDeterminant a)
        yield! pairs (Linalg.Qr a)
        yield! pairs (Linalg.Eigh a)
        yield! triples (Linalg.Svd a)
    ]

    let actual = [
        Linalg.cholesky a
        Linalg.solve a b
        Linalg.solveLower a b
        Linalg.solveUpper a b
        Linalg.solveLowerTransposed a b
        Linalg.solveUpperTransposed a b
        Linalg.inverse a
        Linalg.determinant a
        Linalg.eigenvaluesSymmetric a
        Linalg.singularValues a
        yield! pairs (Linalg.logDeterminant a)
        yield! pairs (Linalg.qr a)
        yield! pairs (Linalg.eigh a)
        yield! triples (Linalg.svd a)
    ]

    List.iter2 Bits.equal expected actual

[<Fact>]
let ``A log determinant has the transposed inverse as gradient`` () =
    let logAbsolute x =
        let struct (_, result) = Linalg.logDeterminant x
        result

    let gradient = Diff.grad logAbsolute a
    let difference = Tensor.norm (gradient - Tensor.transpose (Linalg.inverse a)) |> Tensor.toScalar
    Assert.InRange(difference, 0.0, 1e-15)
