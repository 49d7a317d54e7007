using System.Collections.Concurrent;
using System.Collections.Immutable;
using Hyperdiff.Generators.Analyzers.Effects;
using Hyperdiff.Generators.Diagnostics;
using Hyperdiff.Generators.Model;
using Hyperdiff.Generators.Parsing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Hyperdiff.Generators.Analyzers;

/// <summary>Finds what nothing depends on: hyperparameters that nothing in this project reads where it is differentiated, states that a problem does not
/// depend on, and
/// batches that are not averaged.</summary>
/// <remarks>
/// Read counts as used: in annotated methods, and in functions that are handed to Hyperdiff anywhere, with all that they call. So a leaf that a model or an
/// optimizer
/// outside of annotated methods uses is not reported.
/// </remarks>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class HyperparameterAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
        [HyperparameterDescriptors.NeverRead, HyperparameterDescriptors.Independent, HyperparameterDescriptors.NotAMean];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(Start);
    }

    private static void Start(CompilationStartAnalysisContext start)
    {
        if (!AnnotatedMethods.CanOccurIn(start.Compilation))
        {
            return;
        }

        var annotated = new ConcurrentBag<IMethodSymbol>();
        var handing = new ConcurrentDictionary<IMethodSymbol, bool>(SymbolEqualityComparer.Default);
        start.RegisterOperationAction(
            operation =>
            {
                if (operation.ContainingSymbol is IMethodSymbol method && PurityAnalyzer.HandsOverAFunction(operation.Operation))
                {
                    handing[method] = true;
                }
            },
            OperationKind.Invocation, OperationKind.ObjectCreation);
        start.RegisterOperationBlockAction(block => Look(block, annotated));
        start.RegisterCompilationEndAction(end => Report(end, annotated, handing.Keys));
    }

    private static void Look(OperationBlockAnalysisContext context, ConcurrentBag<IMethodSymbol> annotated)
    {
        if (context.OwningSymbol is not IMethodSymbol method || !AnnotatedMethods.Contains(method) || !HasForm(method, context.CancellationToken))
        {
            return;
        }

        annotated.Add(method);
        IOperation[] uses = [.. context.OperationBlocks.SelectMany(block => block.DescendantsAndSelf())];
        if (method.Parameters.Length >= 2 && !IsStub(uses))
        {
            ReportState(context, method, uses);
            foreach (IOperation sum in AnnotatedMethods.IsObjective(method) ? BatchSums.In(method, context.OperationBlocks) : [])
            {
                context.ReportDiagnostic(Diagnostic.Create(HyperparameterDescriptors.NotAMean, sum.Syntax.GetLocation(), method.Name));
            }
        }
    }

    // what has none has said so already
    private static bool HasForm(IMethodSymbol method, CancellationToken cancellation) =>
        new[] { FormKind.Map, FormKind.Condition, FormKind.Objective }.Any(kind =>
        GeneratedNames.IsAnnotated(method.PartialDefinitionPart ?? method, kind)
        && FormParser.Parse(method.PartialDefinitionPart ?? method, kind, cancellation).Model is not null);

    // a body that passes a parameter on, or a constant, has not been written yet
    private static bool IsStub(IEnumerable<IOperation> operations)
    {
        static IOperation? Bare(IOperation? value) => value is IConversionOperation { Operand: var operand } ? Bare(operand) : value;
        IOperation?[] returned = [.. operations.OfType<IReturnOperation>().Select(item => Bare(item.ReturnedValue))];
        return returned.All(value => value is IParameterReferenceOperation or ILiteralOperation or null);
    }

    private static void ReportState(OperationBlockAnalysisContext context, IMethodSymbol method, IOperation[] uses)
    {
        IParameterSymbol state = method.Parameters[0];

        // an outer objective may well leave out a part of the state
        bool isInner = AnnotatedMethods.Is(method, KnownNames.InnerObjective) && !AnnotatedMethods.Is(method, KnownNames.OuterObjective);
        if (!Refers(uses, state))
        {
            string consequence = AnnotatedMethods.Is(method, KnownNames.InnerObjective) ? "every state is a minimum of it"
                : AnnotatedMethods.Is(method, KnownNames.OuterObjective) ? "of the hypergradient only the direct part is left"
                : AnnotatedMethods.Is(method, KnownNames.RootCondition) ? "it holds everywhere or nowhere"
                    : "its result is the solution, and there is nothing to iterate";
            context.ReportDiagnostic(Diagnostic.Create(HyperparameterDescriptors.Independent, state.Locations[0], method.Name, state.Name, consequence));
        }
        else if (isInner && state.Type is INamedTypeSymbol type && KnownNames.Has(type, KnownNames.Tree))
        {
            MemberUses read = ProgramEffects.Of(context.Compilation).Of(method, tracedOnly: false, context.CancellationToken).Uses;
            foreach ((ISymbol leaf, string name) in Unread(type, read, type.Name, [], context.CancellationToken))
            {
                context.ReportDiagnostic(Diagnostic.Create(HyperparameterDescriptors.Independent, state.Locations[0], method.Name, name,
                    "its minimum is not unique, and no hypergradient can be told of it"));
            }
        }
        else if (isInner && state.Type is INamedTypeSymbol { IsTupleType: true } tuple)
        {
            foreach (IFieldSymbol element in UnreadElements(uses, state, tuple))
            {
                context.ReportDiagnostic(Diagnostic.Create(HyperparameterDescriptors.Independent, state.Locations[0], method.Name,
                    $"{state.Name}.{element.Name}",
                    "its minimum is not unique, and no hypergradient can be told of it"));
            }
        }
    }

    private static void Report(CompilationAnalysisContext context, IEnumerable<IMethodSymbol> annotated, IEnumerable<IMethodSymbol> handing)
    {
        IMethodSymbol[] roots = [.. annotated.Where(method => method.Parameters.Length > 1).OrderBy(method =>
            method.ToDisplayString(), StringComparer.Ordinal)];
        if (roots.Length == 0)
        {
            return;
        }

        ProgramEffects program = ProgramEffects.Of(context.Compilation);
        var read = new MemberUses();
        foreach (IMethodSymbol root in roots)
        {
            read.Add(program.Of(root, tracedOnly: false, context.CancellationToken).Uses);
        }

        var handed = new MemberUses();
        foreach (IMethodSymbol method in handing.Where(method => !AnnotatedMethods.Contains(method)))
        {
            handed.Add(program.Of(method, tracedOnly: true, context.CancellationToken).Uses);
        }

        read.Add(handed);
        foreach (IGrouping<ITypeSymbol, IMethodSymbol> users in roots.GroupBy<IMethodSymbol, ITypeSymbol>(
            root => root.Parameters[1].Type, SymbolEqualityComparer.Default))
        {
            if (users.Key is INamedTypeSymbol type && KnownNames.Has(type, KnownNames.Tree))
            {
                foreach ((ISymbol leaf, string name) in Unread(type, read, type.Name, [], context.CancellationToken))
                {
                    context.ReportDiagnostic(Diagnostic.Create(HyperparameterDescriptors.NeverRead, leaf.Locations[0], name, users.First().Name,
                        "use it, remove it, or mark it [Frozen]"));
                }

                continue;
            }

            foreach (IGrouping<INamedTypeSymbol, IMethodSymbol> problem in users.GroupBy<IMethodSymbol, INamedTypeSymbol>(
                root => root.ContainingType, SymbolEqualityComparer.Default))
            {
                ReportPlain(context, [.. problem], program);
            }
        }
    }

    // a tensor or a tuple has no members of its own: those of the problems of one class are taken for one problem
    private static void ReportPlain(CompilationAnalysisContext context, IMethodSymbol[] problem, ProgramEffects program)
    {
        IOperation[] Uses(IMethodSymbol method) =>
            [.. program.Bodies.Of(method)?.Graphs.SelectMany(graph => graph.OriginalOperation.DescendantsAndSelf()) ?? []];
        IMethodSymbol root = problem[0];
        IParameterSymbol hyper = root.Parameters[1];
        if (!problem.Any(AnnotatedMethods.IsObjective) || problem.Any(method => IsStub(Uses(method))))
        {
            // of a map or a condition alone, the objective that goes with it is not in sight
            return;
        }

        if (problem.All(method => !Refers(Uses(method), method.Parameters[1])))
        {
            context.ReportDiagnostic(Diagnostic.Create(HyperparameterDescriptors.NeverRead, hyper.Locations[0], hyper.Name, root.Name, "use it"));
        }
        else if (hyper.Type is INamedTypeSymbol { IsTupleType: true } tuple)
        {
            IEnumerable<int> unread = problem.Select(method => UnreadElements(Uses(method), method.Parameters[1], (INamedTypeSymbol)method.Parameters[1].Type)
                .Select(element => ((INamedTypeSymbol)method.Parameters[1].Type).TupleElements.IndexOf(element))).Aggregate((a, b) => a.Intersect(b));
            foreach (int element in unread.ToArray())
            {
                context.ReportDiagnostic(Diagnostic.Create(HyperparameterDescriptors.NeverRead, hyper.Locations[0],
                    $"{hyper.Name}.{tuple.TupleElements[element].Name}",
                    root.Name, "use it, or leave it out"));
            }
        }
    }

    private static bool Refers(IEnumerable<IOperation> operations, IParameterSymbol parameter) => operations.OfType<IParameterReferenceOperation>()
        .Any(reference => reference.Parameter.Name == parameter.Name && reference.Parameter.Ordinal == parameter.Ordinal
            && reference.Parameter.ContainingSymbol is IMethodSymbol { MethodKind: MethodKind.Ordinary });

    // elements that are not read, if all that is done with the tuple is to read elements
    private static IEnumerable<IFieldSymbol> UnreadElements(IEnumerable<IOperation> operations, IParameterSymbol parameter, INamedTypeSymbol tuple)
    {
        IOperation[] uses = [.. operations.OfType<IParameterReferenceOperation>().Where(reference => reference.Parameter.Name == parameter.Name)];
        IFieldReferenceOperation[] reads = [.. uses.Select(use => use.Parent).OfType<IFieldReferenceOperation>()];
        return uses.Length != reads.Length ? [] : tuple.TupleElements.Where(element =>
            !reads.Any(read => (read.Field.CorrespondingTupleField ?? read.Field).Name == (element.CorrespondingTupleField ?? element).Name));
    }

    private static IEnumerable<(ISymbol Leaf, string Name)> Unread(
        INamedTypeSymbol type, MemberUses read, string path, IReadOnlyList<INamedTypeSymbol> open, CancellationToken cancellation)
    {
        if (read.Whole.Contains(type.OriginalDefinition) || open.Contains(type, SymbolEqualityComparer.Default))
        {
            yield break;
        }

        IEnumerable<TreeMember> members = TreeParser.Parse(type, cancellation).Model?.Members ?? EquatableArray<TreeMember>.Empty;
        foreach (TreeMember member in members.Where(member => member is { Tree: not null, Frozen: false }))
        {
            ISymbol? symbol = type.GetMembers(member.Name).FirstOrDefault(candidate => candidate is IPropertySymbol or IFieldSymbol);
            if (symbol is null || !symbol.Locations[0].IsInSource)
            {
                continue;
            }

            string name = $"{path}.{member.Name}";
            if (!read.Members.Contains(symbol))
            {
                yield return (symbol, name);
            }
            else if ((symbol as IPropertySymbol)?.Type is INamedTypeSymbol inner && KnownNames.Has(inner, KnownNames.Tree))
            {
                foreach ((ISymbol leaf, string inside) in Unread(inner, read, name, [.. open, type], cancellation))
                {
                    yield return (leaf, inside);
                }
            }
        }
    }
}
