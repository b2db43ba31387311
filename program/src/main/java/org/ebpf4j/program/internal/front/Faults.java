package org.ebpf4j.program.internal.front;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import org.ebpf4j.insn.Condition;
import org.ebpf4j.program.internal.ir.Block;
import org.ebpf4j.program.internal.ir.Held;
import org.ebpf4j.program.internal.ir.Operation;
import org.ebpf4j.program.internal.ir.Refusal;
import org.ebpf4j.program.internal.ir.Value;
import org.ebpf4j.program.internal.ir.ValueKind;
import org.jspecify.annotations.Nullable;

/// Where exceptions go: to the code that catches them, in the method or in one that it became a
/// part of, else out of the function. On the way out what is held is given back.
final class Faults {
  /// Code that catches exceptions of a class.
  record Handler(Class<?> type, Parts.Part part) {}

  /// What catches exceptions at a place, the innermost first.
  record Scope(List<Handler> handlers, @Nullable Scope outer) {}

  /// A reference that is held; the variable is null where it is not.
  private record Slot(int variable, Operation release, Value first) {}

  /// Nobody knows of which class an exception is.
  private static final int UNKNOWN = -1;

  private final Flow flow;
  private final Map<Class<?>, Integer> ids = new HashMap<>();
  private final Map<Parts.Part, Integer> variables = new HashMap<>();
  private final List<Slot> slots = new ArrayList<>();
  private final Map<List<Value>, Block> releases = new HashMap<>();
  @Nullable Scope scope;

  Faults(Flow flow) {
    this.flow = flow;
  }

  /// The block where an exception of one of these classes goes.
  Block target(Set<Class<?>> exceptions) {
    var targets = targets(exceptions);
    if (targets.size() > 1) {
      throw ambiguous(exceptions);
    }
    var id = exceptions.size() == 1 ? id(exceptions.iterator().next()) : UNKNOWN;
    return target(exceptions, Flow.number(id));
  }

  /// An exception is thrown: the current block ends.
  void raise(Thrown thrown) {
    var targets = targets(thrown.types());
    var types = thrown.types();
    var id = thrown.variable() == 0 ? null : flow.read(thrown.variable(), ValueKind.INT);
    if (targets.size() > 1) {
      if (id == null || thrown.unknown()) {
        throw ambiguous(types);
      }
      for (var part : List.copyOf(targets.keySet()).subList(1, targets.size())) {
        for (var type : targets.getOrDefault(part, Set.of())) {
          var next = flow.fresh();
          flow.branch(
              Condition.EQ,
              false,
              id,
              Flow.number(id(type)),
              target(Set.of(type), Flow.number(id(type))),
              next);
          flow.current = next;
        }
      }
      types = targets.firstEntry().getValue();
    }
    flow.go(id == null ? target(types) : target(types, id));
  }

  private SequencedMap<Optional<Parts.Part>, Set<Class<?>>> targets(Set<Class<?>> exceptions) {
    var targets = new LinkedHashMap<Optional<Parts.Part>, Set<Class<?>>>();
    exceptions.stream()
        .sorted(Comparator.comparing(Class::getName))
        .forEach(
            type -> targets.computeIfAbsent(handler(type), _ -> new LinkedHashSet<>()).add(type));
    return targets;
  }

  private static Refusal ambiguous(Set<Class<?>> exceptions) {
    return new Refusal(
        "an exception that is caught here or not, by its class: "
            + exceptions.stream().map(Class::getSimpleName).sorted().collect(joining(", ")),
        "catch (RuntimeException e); a subprogram or a lambda tells no more than that one came");
  }

  /// The block where exceptions go that all go to the same.
  private Block target(Set<Class<?>> exceptions, Value id) {
    var part = exceptions.stream().findFirst().flatMap(this::handler);
    if (part.isEmpty()) {
      flow.function.thrown.addAll(exceptions);
      return uncaught();
    }
    part.get().caught.addAll(exceptions);
    part.get().unknown |= id.isConstant(UNKNOWN);
    flow.write(variable(part.get()), id);
    return part.get().block();
  }

  /// What stands for the class of an exception.
  private int id(Class<?> exception) {
    return ids.computeIfAbsent(exception, _ -> ids.size() + 1);
  }

  /// The variable with the class of the exception that a handler has caught.
  private int variable(Parts.Part handler) {
    return variables.computeIfAbsent(handler, _ -> Integer.MIN_VALUE + variables.size());
  }

  /// What a handler has caught.
  Thrown caught(Parts.Part handler) {
    return new Thrown(handler.caught, variable(handler), handler.unknown);
  }

  private Optional<Parts.Part> handler(Class<?> exception) {
    for (var at = scope; at != null; at = at.outer) {
      for (var handler : at.handlers) {
        if (handler.type.isAssignableFrom(exception)) {
          if (handler.part.read) {
            throw new Refusal(
                "an exception in the code that catches it",
                "the try statement in a method of its own");
          }
          return Optional.of(handler.part);
        }
      }
    }
    return Optional.empty();
  }

  private Block uncaught() {
    var held = held();
    var fault = flow.function.faultBlock();
    return held.isEmpty()
        ? fault
        : releases.computeIfAbsent(
            held.stream().map(Held::value).toList(),
            _ -> flow.function.releasing(held, fault, flow.line));
  }

  /// What may have to be given back here.
  List<Held> held() {
    var held = new ArrayList<Held>();
    for (var slot : slots) {
      var value = flow.read(slot.variable, ValueKind.POINTER);
      if (!value.isConstant()) {
        held.add(new Held(value, slot.release));
      }
    }
    return held;
  }

  /// A reference is held from here on.
  void hold(Value reference, Operation release) {
    var slot = new Slot(-1 - slots.size(), release, reference);
    slots.add(slot);
    flow.write(slot.variable, reference);
  }

  /// The variable of a reference that is held.
  int variable(Value reference) {
    return slots.stream()
        .filter(slot -> slot.first == reference)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("a reference that nobody holds"))
        .variable;
  }

  /// A reference was given back.
  void release(Value reference) {
    for (var slot : slots) {
      if (isMadeOf(reference.resolve(), slot.first, new HashSet<>())) {
        flow.write(slot.variable, Flow.constant(ValueKind.POINTER, 0));
      }
    }
  }

  private static boolean isMadeOf(Value value, Value first, Set<Value> seen) {
    if (value == first) {
      return true;
    }
    if (!value.isPhi() || !seen.add(value)) {
      return false;
    }
    for (var input : value.inputs) {
      if (isMadeOf(input.resolve(), first, seen)) {
        return true;
      }
    }
    return false;
  }
}
