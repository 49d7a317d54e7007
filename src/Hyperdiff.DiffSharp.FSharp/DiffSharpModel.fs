namespace Hyperdiff.DiffSharp.FSharp

open Hyperdiff
open Hyperdiff.DiffSharp

/// <summary>Models of DiffSharp's: their parameters are the state w.</summary>
[<RequireQualifiedAccess>]
module DiffSharpModel =

    /// <summary>The parameters of a model as they are now, a structure with a leaf per parameter, under its name.</summary>
    [<CompiledName("Parameters")>]
    let parameters (model: global.DiffSharp.Model.ModelBase) : ModelParameters = ModelParameters.Of model

    /// <summary>Sets the parameters of a model.</summary>
    /// <exception cref="T:System.ArgumentException">The model has others.</exception>
    [<CompiledName("Assign")>]
    let assign (parameters: ModelParameters) (model: global.DiffSharp.Model.ModelBase) : unit = parameters.AssignTo model

    /// <summary>Runs something while a model has other parameters.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="run">What runs.</param>
    /// <param name="model">The model, which has its own parameters again afterwards.</param>
    [<CompiledName("WithParameters")>]
    let withParameters (parameters: ModelParameters) (run: unit -> 'T) (model: global.DiffSharp.Model.ModelBase) : 'T =
        DiffSharpModel.With(model, parameters, (fun () -> run ()))

    /// <summary>The objective of a model's parameters w: while the function runs, the model has them.</summary>
    /// <param name="name">What to call it in messages and reports.</param>
    /// <param name="f">λ ↦ f, without axes, by <c>model.forward</c>.</param>
    /// <param name="model">The model.</param>
    [<CompiledName("Objective")>]
    let objective (name: string) (f: 'Hyper -> global.DiffSharp.Tensor) (model: global.DiffSharp.Model.ModelBase) : Objective<ModelParameters, 'Hyper> =
        DiffSharpModel.Objective(model, (fun h -> f h), name, Trees.find<'Hyper> ())
