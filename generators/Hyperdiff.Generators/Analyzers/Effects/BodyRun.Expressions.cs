using System.Runtime.CompilerServices;
using Hyperdiff.Generators.Diagnostics;
using Hyperdiff.Generators.Parsing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Hyperdiff.Generators.Analyzers.Effects;

/// <content>What expressions are, and what evaluating them does.</content>
internal sealed partial class BodyRun
{
    /// <summary>Evaluates an expression or a statement.</summary>
    private Value Evaluate(IOperation? operation)
    {
        if (operation is null)
        {
            return Value.None;
        }

        RuntimeHelpers.EnsureSufficientExecutionStack();

        if (IsUsed && operation.Type is INamedTypeSymbol type && KnownNames.Has(type, KnownNames.Tree) && !IsFollowed(operation))
        {
            analysis.Uses.Whole.Add(type.OriginalDefinition);
        }

        return Only(Raw(operation), operation.Type);
    }

    // of a method that is not judged itself, what counts are the functions that it hands over
    private bool IsUsed => !analysis.TracedOnly || frame.IsHanded;

    private void Use(ISymbol member)
    {
        if (IsUsed)
        {
            analysis.Uses.Members.Add(member);
        }
    }

    // a structure stays in sight where a member is taken from it, where a written method gets it, whose body is run as well, and where a [GradientOf] method
    // gets
    // it, whose objective is judged by itself; an operator, a copy or a call into a library may read all of it
    private static bool IsFollowed(IOperation structure) => structure.Parent switch
    {
        IMemberReferenceOperation member => ReferenceEquals(member.Instance, structure),
        IArgumentOperation { Parent: IInvocationOperation invocation } => IsRun(invocation.TargetMethod),
        IInvocationOperation invocation => IsRun(invocation.TargetMethod),
        IFlowCaptureOperation or IPropertySubpatternOperation or IIsPatternOperation => true,
        _ => false,
    };

    private static bool IsRun(IMethodSymbol method) => KnownNames.IsDerivative(method)
        || (method is { IsAbstract: false, IsVirtual: false, IsOverride: false, IsImplicitlyDeclared: false }
            && ProgramBodies.IsWritten(ProgramBodies.Key(method))
            && !GeneratedCode.IsOurs(method));

    // a value of a type that leads to nothing mutable has no objects, and an integer or a truth value no derivative that reading could have cut
    private Value Only(Value value, ITypeSymbol? type)
    {
        if (value.Objects.Count > 0 && !analysis.Types.HoldsObjects(type))
        {
            value = value.WithoutObjects();
        }

        return TypeFacts.CarriesNumbers(type) ? value : value.ObjectsOnly();
    }

    private Value Raw(IOperation operation)
    {
        switch (operation)
        {
            case ILiteralOperation or IDefaultValueOperation or ISizeOfOperation or ITypeOfOperation or INameOfOperation or IUtf8StringOperation:
                return Value.None;
            case ILocalReferenceOperation local:
                return Read(local.Local, operation);
            case IParameterReferenceOperation parameter:
                return Read(parameter.Parameter, operation);
            case IInstanceReferenceOperation:
                return Self(operation).This;
            case IFieldReferenceOperation field:
                return Field(field);
            case IPropertyReferenceOperation property:
                return GetProperty(property);
            case IEventReferenceOperation handler:
                return handler.Event.IsStatic ? StaticMember(handler.Event, operation)
                    : Load(Evaluate(handler.Instance), handler.Event.OriginalDefinition, operation);
            case IArrayElementReferenceOperation element:
                return Element(element);
            case IImplicitIndexerReferenceOperation indexer:
                return ImplicitIndexer(indexer);
            case IFlowCaptureOperation capture:
                return Capture(capture);
            case IFlowCaptureReferenceOperation reference:
                return Captured(reference.Id).Value;
            case ISimpleAssignmentOperation { IsRef: true } assignment:
                return AssignReference(assignment.Target, Places(assignment.Value));
            case ISimpleAssignmentOperation assignment:
                return Assign(assignment.Target, Evaluate(assignment.Value), assignment);
            case ICompoundAssignmentOperation compound:
                return Compound(compound);
            case IIncrementOrDecrementOperation step:
                RefuseStatic(step.Target);
                return Assign(step.Target, step.OperatorMethod is { } next
                    ? Operator(next, [step.Target], [Evaluate(step.Target)], operation) : Evaluate(step.Target), step);
            case IDeconstructionAssignmentOperation deconstruction:
                return Deconstruct(deconstruction);
            case IInvocationOperation invocation:
                return Invoke(invocation);
            case IFunctionPointerInvocationOperation pointer:
                return InvokeDelegate(pointer, Evaluate(pointer.Target), Arguments(pointer.Arguments), "a function pointer");
            case IObjectCreationOperation creation:
                return Create(creation);
            case IDelegateCreationOperation creation:
                return Evaluate(creation.Target);
            case IFlowAnonymousFunctionOperation lambda:
                return Lambda(lambda);
            case IMethodReferenceOperation group:
                return MethodGroup(group);
            case IAddressOfOperation address:
                return address.Reference is IMethodReferenceOperation target ? MethodGroup(target) : Places(address.Reference);
            case IUnaryOperation { OperatorMethod: { } function } unary:
                return Operator(function, [unary.Operand], [Evaluate(unary.Operand)], operation);
            case IBinaryOperation { OperatorMethod: { } function } binary:
                return Operator(function, [binary.LeftOperand, binary.RightOperand], [Evaluate(binary.LeftOperand), Evaluate(binary.RightOperand)], operation);
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.Add, Type.SpecialType: SpecialType.System_String } concatenation:
                return Printed(concatenation.LeftOperand).Join(Printed(concatenation.RightOperand));
            case IConversionOperation conversion:
                return Convert(conversion);
            case IInterpolatedStringOperation text:
                return text.Parts.OfType<IInterpolationOperation>().Aggregate(Value.None, (all, part) => all.Join(Printed(part.Expression)));
            case ITupleOperation tuple:
                return Tuple(tuple);
            case ITupleBinaryOperation comparison:
                return CompareTuples(comparison);
            case IArrayCreationOperation array:
                return NewArray(array);
            case ICollectionExpressionOperation collection:
                return Collection(collection);
            case IAnonymousObjectCreationOperation anonymous:
                return Anonymous(anonymous);
            case ITypeParameterObjectCreationOperation:
                return CreateOf(operation);
            case IWithOperation with:
                return Copy(with, Evaluate(with.Operand), with.Type);
            case IIsPatternOperation match:
                Match(match.Pattern, Evaluate(match.Value), match.Value.Type, operation);
                return Value.None;
            case IAwaitOperation awaited:
                analysis.Report(PurityDescriptors.Mutation, awaited, frame, $"awaits {awaited.Operation.Syntax}",
                    "await before, and pass the result as a parameter");
                return Evaluate(awaited.Operation);
            case IEventAssignmentOperation subscription:
                return Subscribe(subscription);
            case IReturnOperation yielded:
                return Yield(yielded);
            case IDynamicInvocationOperation or IDynamicMemberReferenceOperation or IDynamicIndexerAccessOperation or IDynamicObjectCreationOperation:
                analysis.Report(PurityDescriptors.NotSeen, operation, frame, $"calls {Brief(operation.Syntax)}, which is chosen when the program runs",
                    "give it its type instead of dynamic");
                return EvaluateChildren(operation);
            case ICaughtExceptionOperation:
                return Fitting(analysis.Thrown, operation.Type!);
            case IStaticLocalInitializationSemaphoreOperation or IDiscardOperation:
                return Value.None;
            case IInlineArrayAccessOperation inline:
                Evaluate(inline.Argument);
                return Load(Evaluate(inline.Instance), AbstractObject.Element, operation);
            case IDeclarationExpressionOperation declaration:
                return Evaluate(declaration.Expression);
            case { Kind: OperationKind.None }
                when operation.ChildOperations.Select(child => child.Type).Select(Pinning).FirstOrDefault(found => found is not null)
                is { } pinning:
                return Call(operation, pinning, EvaluateChildren(operation), Value.None, [], pinning.IsVirtual || pinning.IsAbstract || pinning.IsOverride);
            case { Kind: OperationKind.None } when operation.ChildOperations.Any(child => child.Type?.SpecialType == SpecialType.System_String):
                // a pinned text
                return EvaluateChildren(operation).Join(MemoryOfText(operation));
            default:
                return EvaluateChildren(operation);
        }
    }

    // how the language pins an object of the project
    private static IMethodSymbol? Pinning(ITypeSymbol? type) => type is INamedTypeSymbol named && ProgramBodies.IsWritten(named)
        ? named.GetMembers("GetPinnableReference").OfType<IMethodSymbol>().FirstOrDefault(method => method.Parameters.IsEmpty) : null;

    private static string Brief(SyntaxNode syntax) => syntax.ToString() is { Length: > 60 } text ? text.Substring(0, 57) + "..." : syntax.ToString();

    private Value EvaluateChildren(IOperation operation)
    {
        Value all = Value.None;
        foreach (IOperation child in operation.ChildOperations)
        {
            all = all.Join(Evaluate(child));
        }

        return all;
    }

    private Value Fresh(IOperation site, ITypeSymbol? type, string role = "") => Value.Of(analysis.Object(site, frame, type, role));

    // `this` within a lambda or local function is that of the method around
    private Frame Self(IOperation operation)
    {
        Frame self = frame;
        while (self.Lexical is { } around)
        {
            self = around;
        }

        return self;
    }

    private Value Field(IFieldReferenceOperation reference)
    {
        IFieldSymbol field = reference.Field;
        Use(field.OriginalDefinition);
        if (field.IsConst)
        {
            return Value.None;
        }

        if (field.IsStatic)
        {
            return StaticMember(field, reference);
        }

        Value held = Load(Evaluate(reference.Instance), KeyOf(field), reference);
        return field.RefKind == RefKind.None ? held : Dereference(held, reference);
    }

    /// <summary>A field as a key: tuples of other names for their elements, and properties for the fields behind them, are the same; what an object of the
    /// framework holds is not told apart.</summary>
    private static object KeyOf(IFieldSymbol field) => field.AssociatedSymbol is IPropertySymbol property ? property.OriginalDefinition
        : field.ContainingType.IsTupleType ? (field.CorrespondingTupleField ?? field).Name
        : ProgramBodies.IsWritten(field) ? field.OriginalDefinition : AbstractObject.Element;

    /// <summary>What lies in a field or an element of what a value refers to.</summary>
    private Value Load(Value container, object key, IOperation site)
    {
        Value found = container.WithoutObjects();
        foreach (AbstractObject item in container.Objects)
        {
            found = found.Join(item.Origin switch
            {
                Origin.Fresh when item.Type is { IsValueType: true } && !item.IsVariable => item.Load(key),
                Origin.Fresh => item.Load(key),
                Origin.Pointer => Load(Load(Value.Of(item.Place.Target), item.Place.Key, site), key, site),
                Origin.Static => LoadStatic(item, key),
                Origin.Function => Value.None,
                _ => Value.Of(item),
            });
        }

        // a structure without a node of its own is the set of what it holds
        if (site is IFieldReferenceOperation { Instance.Type.IsValueType: true } or IPropertyReferenceOperation { Instance.Type.IsValueType: true })
        {
            found = found.Join(Value.Of(container.Objects.Where(item => item.Origin == Origin.Function
                || item is { Origin: Origin.Fresh, Type.IsValueType: false })));
        }

        return found;
    }

    private Value LoadStatic(AbstractObject item, object key)
    {
        StaticReference reference = item.Static!;
        if (item is { IsReadOnly: false, Type: { } type } && analysis.Types.CanChange(type))
        {
            bool isField = reference.Member is IFieldSymbol;
            analysis.Report(
                PurityDescriptors.StaticState,
                reference.Site,
                reference.Frame,
                $"reads {SourceNames.Qualified(reference.Member)}, a static {(isField ? "field" : "property")} whose contents can change",
                "pass the value as a parameter, or hold it in a Tensor or an immutable collection");
            return Value.Of(item);
        }

        return item.Load(key);
    }

    private Value Element(IArrayElementReferenceOperation element)
    {
        Value array = Evaluate(element.ArrayReference);
        foreach (IOperation index in element.Indices)
        {
            Evaluate(index);
        }

        Value items = Load(array, AbstractObject.Element, element);
        if (element.Indices.Length == 1 && element.Indices[0].Type?.Name == "Range")
        {
            return Holding(element, element.Type, items);
        }

        return items;
    }

    private Value Holding(IOperation site, ITypeSymbol? type, Value items, string role = "")
    {
        AbstractObject made = analysis.Object(site, frame, type, role);
        analysis.Changed |= made.Store(AbstractObject.Element, items);
        return Value.Of(made).Join(items.WithoutObjects());
    }

    private Value ImplicitIndexer(IImplicitIndexerReferenceOperation indexer)
    {
        Evaluate(indexer.Argument);
        Value instance = Evaluate(indexer.Instance);
        Member(indexer.LengthSymbol, instance, indexer);
        Value found = Member(indexer.IndexerSymbol, instance, indexer);
        return indexer.IndexerSymbol is IPropertySymbol { ReturnsByRef: true } or IPropertySymbol { ReturnsByRefReadonly: true }
            ? Dereference(found, indexer) : found;
    }

    private Value Capture(IFlowCaptureOperation capture)
    {
        bool place = capture.Value is ILocalReferenceOperation or IParameterReferenceOperation or IFieldReferenceOperation or IArrayElementReferenceOperation
            or IPropertyReferenceOperation or IFlowCaptureReferenceOperation or IInvocationOperation { TargetMethod.ReturnsByRef: true };

        // a captured variable may be written before it is read, as in `x ??= y`: it is read when it is used
        Value value = Evaluate(capture.Value);
        Value places = place ? Places(capture.Value) : Value.None;
        (Value knownValue, Value knownPlaces) = Captured(capture.Id);
        frame.Captures[(_graph, capture.Id)] = (knownValue.Join(value), knownPlaces.Join(places));
        if (place)
        {
            _captureTargets[(_graph, capture.Id)] = capture.Value;
        }

        return value;
    }

    private readonly Dictionary<(ControlFlowGraph Graph, CaptureId Id), IOperation> _captureTargets = [];

    private (Value Value, Value Places) Captured(CaptureId id) =>
        frame.Captures.TryGetValue((_graph, id), out (Value, Value) held) ? held : (Value.None, Value.None);

    private Value Compound(ICompoundAssignmentOperation compound)
    {
        RefuseStatic(compound.Target);
        Value left = Evaluate(compound.Target);
        Value right = Evaluate(compound.Value);
        if (compound.InConversion.MethodSymbol is { } before)
        {
            left = Operator(before, [compound.Target], [left], compound);
        }

        Value result = compound.OperatorMethod is { } method
            ? Operator(method, [compound.Target, compound.Value], [left, right], compound)
            : compound.Type?.SpecialType == SpecialType.System_String ? left.Join(Printed(compound.Value)) : left.Join(right);
        if (compound.OutConversion.MethodSymbol is { } after)
        {
            result = Operator(after, [compound.Target], [result], compound);
        }

        return Assign(compound.Target, result, compound);
    }

    private Value Convert(IConversionOperation conversion)
    {
        Value operand = Evaluate(conversion.Operand);
        if (conversion.OperatorMethod is { } method)
        {
            return Operator(method, [conversion.Operand], [operand], conversion);
        }

        // an object that cannot change needs no name until calls on it are chosen by what it is
        return conversion is
        {
            Type.TypeKind: TypeKind.Interface or TypeKind.Class,
            Operand.Type: INamedTypeSymbol { TypeKind: TypeKind.Struct or TypeKind.Class } from
        }
            && operand.Objects.Count == 0 && !analysis.Types.HoldsObjects(from) && analysis.Types.HoldsObjects(conversion.Type)
            ? Fresh(conversion, from).Join(operand) : operand;
    }

    private Value Subscribe(IEventAssignmentOperation subscription)
    {
        Value handler = Evaluate(subscription.HandlerValue);
        if (subscription.EventReference is IEventReferenceOperation { Event: { IsStatic: false } changed } reference && ProgramBodies.IsWritten(changed)
            && changed.AddMethod is { IsImplicitlyDeclared: true } && Evaluate(reference.Instance) is var owner
            && owner.Objects.All(item => item.Origin == Origin.Fresh))
        {
            foreach (AbstractObject item in owner.Objects)
            {
                Store(item, changed.OriginalDefinition, handler, subscription);
            }

            return Value.None;
        }

        if (subscription.EventReference is IEventReferenceOperation { Event: { AddMethod: { IsImplicitlyDeclared: false } add } custom } written
            && analysis.Bodies.Of(subscription.Adds ? add : custom.RemoveMethod ?? add) is not null)
        {
            IMethodSymbol accessor = subscription.Adds ? add : custom.RemoveMethod ?? add;
            return Call(subscription, accessor, Evaluate(written.Instance), Value.None, [new Argument(accessor.Parameters[0], handler, subscription)],
                accessor.IsVirtual || accessor.IsAbstract || accessor.IsOverride);
        }

        analysis.Report(PurityDescriptors.Mutation, subscription, frame, $"subscribes to or leaves an event: {subscription.EventReference.Syntax}",
            "subscribe outside the method");
        return Value.None;
    }

    // what an iterator yields are the elements of what it returns
    private Value Yield(IReturnOperation yielded)
    {
        Value item = Evaluate(yielded.ReturnedValue);
        if (yielded.Kind == OperationKind.YieldReturn && frame.Symbol is IMethodSymbol method)
        {
            AbstractObject sequence = analysis.Object(frame.Symbol, frame, null, "yield");
            analysis.Changed |= sequence.Store(AbstractObject.Element, item);
            AddResult(Value.Of(sequence).Join(item.WithoutObjects()));
        }

        return Value.None;
    }
}
