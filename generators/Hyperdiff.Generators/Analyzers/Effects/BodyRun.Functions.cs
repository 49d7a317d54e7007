using Hyperdiff.Generators.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Hyperdiff.Generators.Analyzers.Effects;

/// <content>Lambdas, local functions, method groups, and calls of delegates.</content>
internal sealed partial class BodyRun
{
    private Value CallLocal(IOperation site, IMethodSymbol method, IReadOnlyList<Argument> arguments)
    {
        IMethodSymbol function = method.OriginalDefinition;
        Frame? around = frame;
        while (around is not null && !SymbolEqualityComparer.Default.Equals(around.Symbol, function.ContainingSymbol)
            && !(around.Lexical is null))
        {
            around = around.Lexical;
        }

        return LocalBody(function, around ?? frame) is { } body ? Run(site, function, body, around ?? frame, Value.None, Value.None, arguments) : Value.None;
    }

    private Body? LocalBody(IMethodSymbol function, Frame around)
    {
        ControlFlowGraph? Find(ControlFlowGraph graph)
        {
            if (graph.LocalFunctions.Contains(function, SymbolEqualityComparer.Default))
            {
                return graph.GetLocalFunctionControlFlowGraph(function);
            }

            return graph.LocalFunctions.Select(local => Find(graph.GetLocalFunctionControlFlowGraph(local))).FirstOrDefault(found => found is not null);
        }

        foreach (ControlFlowGraph graph in around.Body!.Graphs.Prepend(_graph))
        {
            for (ControlFlowGraph? outer = graph; outer is not null; outer = outer.Parent)
            {
                if (Find(outer) is { } found)
                {
                    return analysis.Bodies.Of(function, around.Body!, found);
                }
            }
        }

        return null;
    }

    private Value Lambda(IFlowAnonymousFunctionOperation lambda)
    {
        AbstractObject function = analysis.Object(lambda.Symbol, frame, null, "function", Origin.Function);
        analysis.Bodies.Of(lambda.Symbol, frame.Body!, _graph.GetAnonymousFunctionControlFlowGraphInScope(lambda));
        function.Function ??= new Callable(lambda.Symbol, frame, Value.None);
        return Value.Of(function);
    }

    private Value MethodGroup(IMethodReferenceOperation reference)
    {
        AbstractObject function = analysis.Object(reference, frame, null, "function", Origin.Function);
        Frame? around = null;
        if (reference.Method.MethodKind == MethodKind.LocalFunction)
        {
            around = frame;
            while (!SymbolEqualityComparer.Default.Equals(around.Symbol, reference.Method.OriginalDefinition.ContainingSymbol) && around.Lexical is not null)
            {
                around = around.Lexical;
            }

            LocalBody(reference.Method.OriginalDefinition, around);
        }

        // what an extension method is bound to stands in the source only
        IOperation? instance = reference.Instance ?? (reference.Method.IsExtensionMethod && reference.Syntax is MemberAccessExpressionSyntax access
            ? analysis.Bodies.Model(access.SyntaxTree).GetOperation(access.Expression) : null);
        Value receiver = Evaluate(instance);
        function.Function = new Callable(reference.Method, around, receiver.Join(function.Function?.Receiver ?? Value.None));
        return Value.Of(function);
    }

    private Value InvokeDelegate(IOperation site, Value target, IReadOnlyList<Argument> arguments, string name)
    {
        Value result = Value.None;
        if (site is IFunctionPointerInvocationOperation && !target.Objects.Any(item => item.Function is not null))
        {
            analysis.Report(PurityDescriptors.NotSeen, site, frame, "calls a function by its address, so that what it does cannot be seen",
                "call a method instead");
        }

        foreach (AbstractObject item in target.Objects)
        {
            if (item.Function is { } function)
            {
                result = result.Join(Invoke(site, function, arguments, traces: false));
            }
            else if (item.Origin == Origin.Fresh)
            {
                // made by a transformation, of functions that were looked at there
                result = arguments.Aggregate(result, (all, argument) => all.Join(argument.Value)).WithoutReads();
            }
            else if (item.Origin is Origin.Parameter or Origin.Static)
            {
                analysis.Report(PurityDescriptors.NotSeen, site, frame,
                    $"calls {name}, a delegate that comes from elsewhere, so that what it does cannot be seen",
                    "call a method instead");
            }
        }

        return result;
    }

    /// <summary>Calls the target of a delegate, whose own parameters stand in for those of the delegate.</summary>
    private Value Invoke(IOperation site, Callable function, IReadOnlyList<Argument> arguments, bool traces, bool handed = false)
    {
        var method = (IMethodSymbol)function.Symbol;
        IMethodSymbol target = method.ReducedFrom ?? method;

        // a method that extends what the delegate is bound to
        int bound = method.ReducedFrom is not null || (method is { IsStatic: true, IsExtensionMethod: true } && arguments.Count < method.Parameters.Length)
            ? 1 : 0;
        List<Argument> passed = bound == 0 ? [] : [new Argument(target.Parameters[0], function.Receiver, site)];

        // arguments that are named stand in the order in which they are evaluated
        Argument[] ordered = [.. arguments.OrderBy(argument => argument.Parameter?.Ordinal ?? 0)];
        passed.AddRange(target.OriginalDefinition.Parameters.Skip(bound).Select((parameter, i) =>
            new Argument(parameter, i < ordered.Length ? ordered[i].Value : Value.None, site)));
        if (method.MethodKind is MethodKind.AnonymousFunction or MethodKind.LocalFunction)
        {
            return analysis.Bodies.Of(method) is { } body
                ? Run(site, method.OriginalDefinition, body, function.Lexical, Value.None, Value.None, passed, traces, handed) : Value.None;
        }

        return Call(site, target, bound == 0 ? function.Receiver : Value.None, Value.None, passed, method.IsVirtual || method.IsAbstract
            || method.IsOverride, traces,
            handed);
    }
}
