using Hyperdiff.Generators.Diagnostics;
using Hyperdiff.Generators.Emission;
using Hyperdiff.Generators.Model;
using Hyperdiff.Generators.Parsing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Hyperdiff.Generators.Lifting;

/// <summary>A lifted method with all that it calls: which methods and types are needed, and what is wrong with them.</summary>
internal sealed class LiftedProgram(Compilation compilation, INamedTypeSymbol container, CancellationToken cancellation)
{
    private readonly Dictionary<string, string> _methods = new(StringComparer.Ordinal);
    private readonly Queue<(IMethodSymbol Method, bool[] Dependent, string Name)> _pending = new();
    private readonly Dictionary<INamedTypeSymbol, string> _mirrors = new(SymbolEqualityComparer.Default);
    private readonly Queue<INamedTypeSymbol> _pendingMirrors = new();
    private readonly List<Issue> _issues = [];
    private readonly Stack<IMethodSymbol> _callers = new();
    private readonly Dictionary<IMethodSymbol, IOperation?> _bodies = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<IMethodSymbol, HashSet<IMethodSymbol>> _calls = new(SymbolEqualityComparer.Default);

    public IReadOnlyList<Issue> Issues => _issues;

    public Compilation Compilation => compilation;

    /// <summary>Whether a body was met that the compiler has to say something about: there is nothing to add to that.</summary>
    public bool HasErrors { get; private set; }

    /// <summary>Whether emitted code may name a symbol.</summary>
    public bool IsAccessible(ISymbol symbol) => compilation.IsSymbolAccessibleWithin(symbol, container);

    /// <summary>Says what cannot be lifted, and why.</summary>
    public void Refuse(IOperation operation, string reason) => Refuse(operation.Syntax, reason);

    /// <inheritdoc cref="Refuse(IOperation, string)"/>
    public void Refuse(SyntaxNode syntax, string reason) => Add(new Issue(LiftingDescriptors.NotLiftable, syntax.GetLocation(), Brief(syntax), reason));

    public void Add(Issue issue) => _issues.Add(issue);

    /// <summary>A piece of code as messages quote it.</summary>
    public static string Brief(SyntaxNode syntax)
    {
        const int Longest = 60;
        string text = string.Join(" ", syntax.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return text.Length <= Longest ? text : text.Substring(0, Longest - 1) + "…";
    }

    /// <summary>The body of a method, if it stands in this compilation.</summary>
    public IOperation? Body(IMethodSymbol method)
    {
        // every call asks, and to bind a body anew takes longer than to lift it
        if (!_bodies.TryGetValue(method, out IOperation? body))
        {
            _bodies[method] = body = Bound(method);
        }

        return body;
    }

    /// <summary>What a <c>[GradientOf]</c> or <c>[HessianProductOf]</c> method differentiates, whose body is emitted; null for other methods.</summary>
    public (IMethodSymbol Function, DerivativeKind Kind)? Derivative(IMethodSymbol method)
    {
        foreach (string attribute in (string[])[KnownNames.GradientOf, KnownNames.HessianProductOf])
        {
            if (DerivativeParser.FunctionOf(GeneratedNames.Definition(method), attribute, cancellation) is (var function, var kind)
                && Body(function) is not null)
            {
                return (function, kind);
            }
        }

        return null;
    }

    /// <summary>The name of the lifted form of a method, which is emitted in time.</summary>
    /// <param name="method">The method.</param>
    /// <param name="dependent">Which of its arguments depend on what is not known: first the instance, if it has one.</param>
    /// <param name="call">Where it is called.</param>
    public string? Method(IMethodSymbol method, bool[] dependent, IOperation call)
    {
        if (_callers.Count > 0 && Reaches(method, _callers.Peek()))
        {
            Refuse(call, "it calls itself, and both branches of a condition are computed: write a loop");
            return null;
        }

        Note(method);
        string key = method.ToDisplayString(SymbolDisplayFormat.CSharpErrorMessageFormat) + string.Concat(dependent.Select(it => it ? "1" : "0"));
        if (!_methods.TryGetValue(key, out string? name))
        {
            name = $"{Identifier(method.Name)}_{_methods.Count}";
            _methods[key] = name;
            _pending.Enqueue((method, dependent, name));
        }

        return name;
    }

    /// <summary>What stands for a type.</summary>
    public string TypeOf(ITypeSymbol type) => LiftedTypes.KindOf(type) switch
    {
        LiftedKind.Number => LiftedNames.Number,
        LiftedKind.Integer => LiftedNames.Integer,
        LiftedKind.Truth => LiftedNames.Truth,
        LiftedKind.Numbers => LiftedNames.Numbers,
        LiftedKind.Array => TypeOf(((IArrayTypeSymbol)type).ElementType) + "[]",
        LiftedKind.Tuple => "(" + string.Join(", ", ((INamedTypeSymbol)type).TupleElements.Select(element =>
            TypeOf(element.Type) + (element.IsExplicitlyNamedTupleElement ? " " + TypeNames.Escape(element.Name) : string.Empty))) + ")",
        LiftedKind.Function => $"global::System.Func<{string.Join(", ", ((INamedTypeSymbol)type).TypeArguments.Select(TypeOf))}>",
        LiftedKind.Record => Mirror((INamedTypeSymbol)type),
        _ => TypeNames.Qualified(type),
    };

    /// <summary>The struct that stands for a record of the user's.</summary>
    public string Mirror(INamedTypeSymbol type)
    {
        if (!_mirrors.TryGetValue(type, out string? name))
        {
            name = $"{Identifier(type.Name)}_s{_mirrors.Count}";
            _mirrors[type] = name;
            _pendingMirrors.Enqueue(type);
        }

        return name;
    }

    /// <summary>Prints all methods and types that were asked for so far, and those that they ask for.</summary>
    public void Emit(SourceWriter writer)
    {
        while (_pending.Count + _pendingMirrors.Count > 0 && !HasErrors)
        {
            cancellation.ThrowIfCancellationRequested();
            writer.Line();
            if (_pending.Count > 0)
            {
                (IMethodSymbol method, bool[] dependent, string name) = _pending.Dequeue();
                _callers.Push(method);
                if (Derivative(method) is { } derivative)
                {
                    new DerivativeLifter(this, writer).Emit(method, derivative, dependent, name);
                }
                else if (Body(method) is { } body)
                {
                    new MethodLifter(this, method, body, dependent).Emit(writer, name);
                }

                _callers.Pop();
            }
            else
            {
                new MirrorEmitter(this, writer).Emit(_pendingMirrors.Dequeue(), cancellation);
            }
        }
    }

    private IOperation? Bound(IMethodSymbol method)
    {
        IMethodSymbol written = method.PartialImplementationPart ?? method;
        SyntaxNode? declaration = written.IsAbstract || written.IsExtern ? null : written.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellation);
        if (declaration is null || !compilation.ContainsSyntaxTree(declaration.SyntaxTree))
        {
            return null;
        }

        // what is lifted calls methods in other files
#pragma warning disable RS1030
        IOperation? whole = compilation.GetSemanticModel(declaration.SyntaxTree).GetOperation(declaration, cancellation);
#pragma warning restore RS1030
        HasErrors |= declaration.ContainsDiagnostics
            || whole?.DescendantsAndSelf().Any(part => part.Kind == OperationKind.Invalid || part.Type is IErrorTypeSymbol) == true;
        return HasErrors ? null : whole switch
        {
            IMethodBodyBaseOperation body => (IOperation?)body.BlockBody ?? body.ExpressionBody,
            IBlockOperation block => block,
            _ => null,
        };
    }

    // what is emitted is Roslyn's identifiers less the characters that escapes would need
    private static string Identifier(string name) => new([.. name.Where(letter => char.IsLetterOrDigit(letter) || letter == '_')]);

    private void Note(IMethodSymbol callee)
    {
        if (_callers.Count > 0)
        {
            if (!_calls.TryGetValue(_callers.Peek(), out HashSet<IMethodSymbol>? callees))
            {
                _calls[_callers.Peek()] = callees = new HashSet<IMethodSymbol>(SymbolEqualityComparer.Default);
            }

            callees.Add(callee);
        }
    }

    private bool Reaches(IMethodSymbol from, IMethodSymbol to) => SymbolEqualityComparer.Default.Equals(from, to)
        || (_calls.TryGetValue(from, out HashSet<IMethodSymbol>? callees) && callees.Any(callee => Reaches(callee, to)));
}
