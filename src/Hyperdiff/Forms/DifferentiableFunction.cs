using System.Runtime.CompilerServices;

namespace Hyperdiff;

/// <summary>Makes differentiable functions, compiled once, of functions that their callers promise to be pure.</summary>
public static class DifferentiableFunction
{
    /// <summary>A function that returns a scalar, and has gradients.</summary>
    /// <remarks>
    /// The promise is that the result depends on the arguments alone: for what is kept, and what is done about captured variables, see
    /// <c>FixedPointMap.OfData</c>. What <see cref="Diff"/> traces and compiles anew at every call is here compiled once for each derivative.
    /// </remarks>
    /// <param name="function">x → f(x), a tensor; a scalar, where gradients are asked for.</param>
    /// <param name="name">What to call it in messages and reports.</param>
    /// <param name="argument">How x is made of tensors; looked up by type if absent.</param>
    [OverloadResolutionPriority(1)]
    public static DifferentiableFunction<T> OfPure<T>(Func<T, Tensor> function, string name = "a function", Tree<T>? argument = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(function);
        argument ??= Tree.Of<T>();
        return SharedForms.Of(function, [name, argument], cache => new DifferentiableFunction<T>(
            Of(name, (x, _) => FunctionOutput.Of(name, Tree.Tensor, function(x)), (argument, Tree.Unit), cache).Bind(default), Argument));
    }

    /// <summary>A function that returns a structure.</summary>
    /// <remarks>
    /// The promise is that the result depends on the arguments alone: for what is kept, and what is done about captured variables, see
    /// <c>FixedPointMap.OfData</c>. What <see cref="Diff"/> traces and compiles anew at every call is here compiled once for each derivative.
    /// </remarks>
    /// <param name="function">x → f(x).</param>
    /// <param name="name">What to call it in messages and reports.</param>
    /// <param name="argument">How x is made of tensors; looked up by type if absent.</param>
    /// <param name="result">How f(x) is made of tensors; looked up by type if absent.</param>
    public static DifferentiableFunction<T, TResult> OfPure<T, TResult>(Func<T, TResult> function, string name = "a function", Tree<T>? argument = null,
        Tree<TResult>? result = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(function);
        (argument, result) = (argument ?? Tree.Of<T>(), result ?? Tree.Of<TResult>());
        return SharedForms.Of(function, [name, argument, result], cache => new DifferentiableFunction<T, TResult>(
            Of(name, (x, _) => FunctionOutput.Of(name, result, function(x)), (argument, Tree.Unit), cache).Bind(default), Argument, result));
    }

    /// <summary>Functions of x that return a tensor, one for any data, <c>form.Bind(data)</c>: derivatives are those in x.</summary>
    /// <remarks>
    /// The promise is that the result depends on the arguments alone: for what is kept, and what is done about captured variables, see
    /// <c>FixedPointMap.OfData</c>. What <see cref="Diff"/> traces and compiles anew at every call is here compiled once for each derivative.
    /// </remarks>
    /// <param name="function">(data, x) → f(x), a tensor; a scalar, where gradients are asked for.</param>
    /// <param name="name">What to call it in messages and reports.</param>
    /// <param name="data">How the data are made of tensors; looked up by type if absent.</param>
    /// <param name="argument">How x is made of tensors; looked up by type if absent.</param>
    [OverloadResolutionPriority(1)]
    public static FunctionForm<T, TData> OfData<TData, T>(Func<TData, T, Tensor> function, string name = "a function", Tree<TData>? data = null,
        Tree<T>? argument = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(function);
        (data, argument) = (data ?? Tree.Of<TData>(), argument ?? Tree.Of<T>());
        return SharedForms.Of(function, [name, data, argument], cache => new FunctionForm<T, TData>(
            Of(name, (x, d) => FunctionOutput.Of(name, Tree.Tensor, function(d, x)), (argument, data), cache)));
    }

    /// <summary>Functions of x that return a structure, one for any data, <c>form.Bind(data)</c>: derivatives are those in x.</summary>
    /// <remarks>
    /// The promise is that the result depends on the arguments alone: for what is kept, and what is done about captured variables, see
    /// <c>FixedPointMap.OfData</c>. What <see cref="Diff"/> traces and compiles anew at every call is here compiled once for each derivative.
    /// </remarks>
    /// <param name="function">(data, x) → f(x).</param>
    /// <param name="name">What to call it in messages and reports.</param>
    /// <param name="data">How the data are made of tensors; looked up by type if absent.</param>
    /// <param name="argument">How x is made of tensors; looked up by type if absent.</param>
    /// <param name="result">How f(x) is made of tensors; looked up by type if absent.</param>
    public static FunctionForm<T, TResult, TData> OfData<TData, T, TResult>(Func<TData, T, TResult> function, string name = "a function",
        Tree<TData>? data = null, Tree<T>? argument = null, Tree<TResult>? result = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(function);
        (data, argument, result) = (data ?? Tree.Of<TData>(), argument ?? Tree.Of<T>(), result ?? Tree.Of<TResult>());
        return SharedForms.Of(function, [name, data, argument, result], cache => new FunctionForm<T, TResult, TData>(
            Of(name, (x, d) => FunctionOutput.Of(name, result, function(d, x)), (argument, data), cache), result));
    }

    /// <summary>What an argument is called in messages, unless its leaves have names.</summary>
    internal const string Argument = "x";

    private static Form<T, ValueTuple, TData> Of<T, TData>(string name, Func<T, TData, FormOutput> function, (Tree<T> Argument, Tree<TData> Data) trees,
        FormCache cache) =>
        new(name, (_, x, _, data) => function(x, data), (trees.Argument, Tree.Unit, trees.Data), cache) { DataName = "data" };
}
