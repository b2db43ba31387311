package org.ebpf4j.program.internal.front;

import java.lang.classfile.CodeElement;
import java.lang.classfile.Label;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.ExceptionCatch;
import java.lang.classfile.instruction.IncrementInstruction;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.classfile.instruction.LookupSwitchInstruction;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.classfile.instruction.TableSwitchInstruction;
import java.lang.classfile.instruction.ThrowInstruction;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.ebpf4j.program.internal.ir.Block;
import org.jspecify.annotations.Nullable;

/// The code of a method in parts that are entered at their start only. A part is inside of the same
/// try statements from its start to its end.
final class Parts {
  /// Instructions from `start` to `end`.
  static final class Part {
    final int start;
    final int end;
    int order = -1;
    int predecessors;

    /// How many values are on the operand stack at its start; −1 where nobody came yet.
    int depth = -1;

    @Nullable Block block;
    final List<Part> next = new ArrayList<>();

    /// What catches exceptions in it, the innermost first.
    final List<Catch> catches = new ArrayList<>();

    /// The exceptions that lead to it, where it is what catches them.
    final Set<Class<?>> caught = new LinkedHashSet<>();

    /// Whether it may have caught an exception of which nobody knows the class.
    boolean unknown;

    boolean isHandler;

    /// Whether its code was read.
    boolean read;

    /// The variables that it sets.
    final Set<Integer> stores = new HashSet<>();

    Part(int start, int end) {
      this.start = start;
      this.end = end;
    }

    Block block() {
      var known = block;
      if (known == null) {
        throw new IllegalStateException("a part that nobody enters");
      }
      return known;
    }
  }

  /// Code that catches exceptions of a class, by its name in class files; empty for all.
  record Catch(String type, Part part) {}

  private final Map<Label, Integer> labels = new HashMap<>();
  private final TreeMap<Integer, Part> byStart = new TreeMap<>();
  private final List<Part> order;
  private final Map<Part, List<Part>> predecessors = new HashMap<>();

  Parts(List<CodeElement> code, List<ExceptionCatch> catches) {
    for (int i = 0; i < code.size(); i++) {
      if (code.get(i) instanceof LabelTarget target) {
        labels.put(target.label(), i);
      }
    }
    split(code, catches);
    catches.forEach(this::connect);
    byStart.values().forEach(part -> connect(part, code));
    var found = new ArrayDeque<Part>();
    visit(part(0), new HashSet<>(), found);
    order = List.copyOf(found);
    int number = 0;
    for (var part : order) {
      part.order = number++;
      for (var next : part.next) {
        next.predecessors++;
        predecessors.computeIfAbsent(next, _ -> new ArrayList<>()).add(part);
      }
      for (var handler : part.catches) {
        predecessors.computeIfAbsent(handler.part, _ -> new ArrayList<>()).add(part);
      }
    }
  }

  private void split(List<CodeElement> code, List<ExceptionCatch> catches) {
    var starts = new TreeSet<Integer>();
    starts.add(0);
    for (int i = 0; i < code.size(); i++) {
      switch (code.get(i)) {
        case BranchInstruction branch -> {
          starts.add(index(branch.target()));
          starts.add(i + 1);
        }
        case TableSwitchInstruction s -> add(starts, s.cases(), s.defaultTarget(), i);
        case LookupSwitchInstruction s -> add(starts, s.cases(), s.defaultTarget(), i);
        case ReturnInstruction _, ThrowInstruction _ -> starts.add(i + 1);
        default -> {
          // Goes on with the next.
        }
      }
    }
    for (var handler : catches) {
      starts.add(index(handler.tryStart()));
      starts.add(index(handler.tryEnd()));
      starts.add(index(handler.handler()));
    }
    starts.remove(code.size());
    for (int start : starts) {
      var next = starts.higher(start);
      byStart.put(start, new Part(start, next == null ? code.size() : next));
    }
  }

  private void add(Set<Integer> starts, List<SwitchCase> cases, Label otherwise, int at) {
    cases.forEach(c -> starts.add(index(c.target())));
    starts.add(index(otherwise));
    starts.add(at + 1);
  }

  private void connect(ExceptionCatch handler) {
    var part = at(handler.handler());
    part.isHandler = true;
    var type = handler.catchType().map(t -> t.asInternalName()).orElse("");
    for (var inside : byStart.subMap(index(handler.tryStart()), index(handler.tryEnd())).values()) {
      // javac has what catches all catch what happens at its own start, where nothing does.
      if (inside != part) {
        inside.catches.add(new Catch(type, part));
      }
    }
  }

  private void connect(Part part, List<CodeElement> code) {
    boolean goesOn = true;
    for (int i = part.start; i < part.end; i++) {
      switch (code.get(i)) {
        case BranchInstruction b -> {
          part.next.add(at(b.target()));
          goesOn = b.opcode() != Opcode.GOTO && b.opcode() != Opcode.GOTO_W;
        }
        case TableSwitchInstruction s -> {
          s.cases().forEach(c -> part.next.add(at(c.target())));
          part.next.add(at(s.defaultTarget()));
          goesOn = false;
        }
        case LookupSwitchInstruction s -> {
          s.cases().forEach(c -> part.next.add(at(c.target())));
          part.next.add(at(s.defaultTarget()));
          goesOn = false;
        }
        case ReturnInstruction _, ThrowInstruction _ -> goesOn = false;
        case StoreInstruction s -> part.stores.add(s.slot());
        case IncrementInstruction s -> part.stores.add(s.slot());
        default -> {
          // Sets no variable.
        }
      }
    }
    var following = byStart.get(part.end);
    if (goesOn && following != null) {
      part.next.add(following);
    }
  }

  private static void visit(Part part, Set<Part> seen, Deque<Part> found) {
    if (seen.add(part)) {
      part.catches.forEach(handler -> visit(handler.part, seen, found));
      part.next.forEach(next -> visit(next, seen, found));
      found.addFirst(part);
    }
  }

  private int index(Label label) {
    var index = labels.get(label);
    if (index == null) {
      throw new IllegalStateException("a jump to nowhere");
    }
    return index;
  }

  private Part part(int start) {
    var part = byStart.get(start);
    if (part == null) {
      throw new IllegalStateException("no part at " + start);
    }
    return part;
  }

  /// The part at a label.
  Part at(Label label) {
    return part(index(label));
  }

  /// The part behind one.
  Part after(Part part) {
    return part(part.end);
  }

  /// The parts that can be reached, in reverse postorder.
  List<Part> order() {
    return order;
  }

  /// The variables that the loops with this head set; null where it is no head of a loop.
  @Nullable Set<Integer> loopStores(Part head) {
    var body = new HashSet<Part>();
    var work = new ArrayDeque<Part>();
    for (var part : predecessors.getOrDefault(head, List.of())) {
      if (part.order >= head.order) {
        work.add(part);
      }
    }
    if (work.isEmpty()) {
      return null;
    }
    body.add(head);
    while (!work.isEmpty()) {
      var part = work.remove();
      if (body.add(part)) {
        work.addAll(predecessors.getOrDefault(part, List.of()));
      }
    }
    var stores = new HashSet<Integer>();
    body.forEach(part -> stores.addAll(part.stores));
    return stores;
  }
}
