/// The equilibrium network of the benchmarks, written in F#: records whose trees are derived, functions that are promised to be pure, and plain ones.
module Hyperdiff.Benchmarks.FSharp.EquilibriumForms

open System
open Hyperdiff
open Hyperdiff.FSharp

type Activations = { Z: Tensor }

type Network = { A: Tensor; B: Tensor; C: Tensor; ReadOut: Tensor; Bias: Tensor }

let private step (x: Tensor) (w: Activations) (h: Network) = { Z = Tensor.tanh (w.Z %*% h.A + x %*% h.B + h.C) }
let private validate (y: Tensor) (w: Activations) (h: Network) = w.Z %*% h.ReadOut + h.Bias |> Losses.crossEntropy y

let private hypergradient map outer (start: Tensor) (h: Network) =
    Hypergradient.Implicit().Compute(Bilevel.Problem((map: FixedPointMap<Activations, Network>), (outer: Objective<Activations, Network>)), { Z = start }, h)

let private network (a, b, c, readOut, bias) = { A = a; B = b; C = c; ReadOut = readOut; Bias = bias }

/// One hypergradient over a batch, of forms over data.
let compiled: Func<Tensor, Tensor, Tensor, struct (Tensor * Tensor * Tensor * Tensor * Tensor), obj> =
    Func<_, _, _, _, _>(fun x y start struct (a, b, c, readOut, bias) ->
        hypergradient (FixedPointMap.ofData step x) (Objective.ofData validate y) start (network (a, b, c, readOut, bias)))

/// The same of functions that are traced anew.
let lambda: Func<Tensor, Tensor, Tensor, struct (Tensor * Tensor * Tensor * Tensor * Tensor), obj> =
    Func<_, _, _, _, _>(fun x y start struct (a, b, c, readOut, bias) ->
        hypergradient (FixedPointMap.from (step x)) (Objective.from (validate y)) start (network (a, b, c, readOut, bias)))
