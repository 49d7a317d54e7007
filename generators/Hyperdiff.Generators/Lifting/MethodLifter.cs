using Hyperdiff.Generators.Diagnostics;
using Hyperdiff.Generators.Emission;
using Hyperdiff.Generators.Parsing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Hyperdiff.Generators.Lifting;

/// <summary>Prints a method with numbers that may be traced instead of plain ones: the same statements, in the same order.</summary>
/// <remarks>
/// Where a condition is not known while the method is traced, both sides of a branch run one after the other, and what they leave in variables is chosen.
/// A jump becomes a flag, under which the rest of its block stands. A loop hands its condition and its body to the library, which writes it out or keeps it.
/// </remarks>
internal sealed partial class MethodLifter
{
    private readonly LiftedProgram _program;
    private readonly IMethodSymbol _method;
    private readonly IOperation? _body;
    private readonly Dependence? _dependence;
    private readonly Stack<Function> _functions = new();
    private readonly Dictionary<ISymbol, string> _exits = new(SymbolEqualityComparer.Default);
    private SourceWriter _writer = new();
    private int _names;

    public MethodLifter(LiftedProgram program, IMethodSymbol method, bool[] dependent)
    {
        (_program, _method, _body) = (program, method, program.Body(method));
        if (_body is not null)
        {
            IEnumerable<ISymbol> arguments = method.IsStatic ? method.Parameters : [method, .. method.Parameters];
            _dependence = Dependence.Of(_body, arguments.Zip(dependent, (symbol, depends) => (symbol, depends)).Where(pair => pair.depends)
                .Select(pair => pair.symbol));
        }
    }

    private Function Current => _functions.Peek();

    private Dependence Dependence => _dependence!;

    public void Emit(SourceWriter writer, string name)
    {
        _writer = writer;
        string[] parameters = [$"{LiftedTypes.Call} call", .. _method.IsStatic ? (string[])[] : [$"{_program.TypeOf(_method.ContainingType)} self"],
            .. _method.Parameters.Select(parameter => $"{_program.TypeOf(parameter.Type)} {Name(parameter)}")];
        writer.Open($"private static {(_method.ReturnsVoid ? "void" : _program.TypeOf(_method.ReturnType))} {name}({string.Join(", ", parameters)})");
        RequireKnown();
        Body(_body!, _method.ReturnsVoid ? null : _method.ReturnType);
        writer.Close();
    }

    // lengths, positions in plain arrays, arguments of methods that are called as they are
    private void RequireKnown()
    {
        (IOperation Needed, string Use, string Remedy)[] missing = [.. KnownSites.In(_body!).Where(site => site.Use.Length > 0 && Dependence.Has(site.Needed))];
        foreach ((IOperation needed, string use, string remedy) in missing)
        {
            // the innermost place says it
            if (!missing.Any(other => !ReferenceEquals(other.Needed, needed) && needed.Syntax.Span.Contains(other.Needed.Syntax.Span)))
            {
                _program.Add(new Issue(LiftingDescriptors.NotKnown, needed.Syntax.GetLocation(), LiftedProgram.Brief(needed.Syntax), use, remedy));
            }
        }
    }

    /// <summary>The statements of a function, with its returns.</summary>
    private void Body(IOperation body, ITypeSymbol? result)
    {
        IOperation[] statements = body is IBlockOperation block ? [.. block.Operations] : [body];
        IReturnOperation[] returns = [.. Within(statements).OfType<IReturnOperation>().Where(item => !(item.IsImplicit && item.ReturnedValue is null))];
        bool isPlain = returns.Length == 0 || (returns.Length == 1 && ReferenceEquals(statements[statements.Length - 1], returns[0]));
        var function = new Function(isPlain ? null : Fresh("returned"), isPlain || result is null ? null : Fresh("result"), result);
        _functions.Push(function);
        if (function.Returned is { } returned)
        {
            _writer.Line($"{LiftedTypes.Truth} {returned} = false;");
            if (function.Result is { } variable)
            {
                _writer.Line($"{_program.TypeOf(result!)} {variable} = default!;");
            }
        }

        Statements(statements, isEnd: true);
        if (function.Result is { } value)
        {
            _writer.Line($"return {value};");
        }

        _functions.Pop();
    }

    // what a function does itself, without the functions within it
    private static IEnumerable<IOperation> Within(IEnumerable<IOperation> operations) => operations.SelectMany(operation =>
        operation is IAnonymousFunctionOperation or ILocalFunctionOperation ? [operation] : Within(operation.ChildOperations).Prepend(operation));

    private string Fresh(string name) => $"{name}_{_names++}";

    private static string Name(ISymbol symbol) => "l_" + symbol.Name;

    private string Refused(IOperation operation, string reason)
    {
        _program.Refuse(operation, reason);
        return "default!";
    }

    /// <summary>A function whose statements are being printed.</summary>
    /// <param name="Returned">The flag that says that it has returned; null if its only return is its end.</param>
    /// <param name="Result">The variable with its result; null if the return says it.</param>
    /// <param name="Type">The type of its result as the user wrote it; null if it has none.</param>
    private sealed record Function(string? Returned, string? Result, ITypeSymbol? Type);

    /// <summary>A variable of the emitted code.</summary>
    /// <param name="Name">Its name there.</param>
    /// <param name="Type">Its type as the user wrote it; null for a flag.</param>
    private readonly record struct Variable(string Name, ITypeSymbol? Type);
}
