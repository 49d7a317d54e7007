using System.Collections.Immutable;
using Hyperdiff.Generators.Analyzers.Effects;
using Hyperdiff.Generators.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Hyperdiff.Generators.Analyzers;

/// <summary>Proves that annotated methods are pure, with all that they call, and that what transformations trace may be traced once; or says where they are
/// not.</summary>
/// <remarks>
/// Purity is what makes caching sound: a form is traced once per combination of shapes and static arguments. What is judged are effects, not names
/// (<see cref="Interpretation"/>); rules and their limits stand in docs/purity.md. Only annotated methods, methods that promise to be pure, and methods that
/// hand a function
/// to a transformation are looked at, with what they reach.
/// </remarks>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class PurityAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
    [
        PurityDescriptors.StaticState, PurityDescriptors.InputOutput, PurityDescriptors.Clock, PurityDescriptors.Randomness, PurityDescriptors.Mutation,
        PurityDescriptors.NotSeen, TracingDescriptors.CapturedWrite, TracingDescriptors.ReadValue,
    ];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(static start =>
        {
            if (AnnotatedMethods.CanOccurIn(start.Compilation))
            {
                ProgramEffects program = ProgramEffects.Of(start.Compilation);
                start.RegisterOperationBlockStartAction(block => Look(block, program));
            }
        });
    }

    private static void Look(OperationBlockStartAnalysisContext context, ProgramEffects program)
    {
        if (context.OwningSymbol is not IMethodSymbol method)
        {
            return;
        }

        if (IsJudged(method))
        {
            context.RegisterOperationBlockEndAction(end => Report(end, method, program.Of(method, tracedOnly: false, end.CancellationToken)));
            return;
        }

        int found = 0;
        context.RegisterOperationAction(
            operation =>
            {
                if (HandsOverAFunction(operation.Operation))
                {
                    Interlocked.Exchange(ref found, 1);
                }
            },
            OperationKind.Invocation, OperationKind.ObjectCreation);
        context.RegisterOperationBlockEndAction(end =>
        {
            if (found != 0)
            {
                Report(end, method, program.Of(method, tracedOnly: true, end.CancellationToken));
            }
        });
    }

    private static void Report(OperationBlockAnalysisContext context, IMethodSymbol method, MethodEffects effects)
    {
        foreach (Diagnostic diagnostic in Finding.ToDiagnostics(method, effects.Findings))
        {
            context.ReportDiagnostic(diagnostic);
        }
    }

    private static bool IsJudged(IMethodSymbol method) => AnnotatedMethods.Contains(method) || EffectTable.IsPromised(method);

    /// <summary>Whether a call may lead to a transformation that traces a function.</summary>
    internal static bool HandsOverAFunction(IOperation operation)
    {
        (IMethodSymbol? method, ImmutableArray<IArgumentOperation> arguments) = operation switch
        {
            IInvocationOperation invocation => (invocation.TargetMethod, invocation.Arguments),
            IObjectCreationOperation creation => (creation.Constructor, creation.Arguments),
            _ => (null, []),
        };
        return method is not null && arguments.Any(argument => argument.Parameter is { } parameter
            && (TracingFunctions.Traces(method, parameter) || (ProgramBodies.IsWritten(method) && MayBeTraced(parameter.Type))));
    }

    // a method of the program may hand on a function of tensors that it is given
    private static bool MayBeTraced(ITypeSymbol type) => type is INamedTypeSymbol { TypeKind: TypeKind.Delegate, DelegateInvokeMethod: { } invoke }
        && invoke.Parameters.Select(parameter => parameter.Type).Append(invoke.ReturnType).Any(part => part is ITypeParameterSymbol
            || TypeFacts.IsLibrary(part));
}
