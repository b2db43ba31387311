package org.ebpf4j.program.internal.ir;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.ebpf4j.insn.Condition;
import org.jspecify.annotations.Nullable;

/// A program, or a function that programs call.
public final class Function {
  public final String name;

  /// The source file of its method.
  public final String file;

  public final List<Class<?>> parameters;
  public final Class<?> result;
  public final Role role;
  public final Block entry;
  private int blocks;
  private int allocations;

  /// Where it goes on for an exception; null where there was none yet.
  public @Nullable Block fault;

  /// The exceptions that can end it.
  public final Set<Class<?>> thrown = new LinkedHashSet<>();

  /// What it returns then.
  public final long faultResult;

  /// What a function is for.
  public enum Role {
    PROGRAM,
    SUBPROGRAM,
    CALLBACK
  }

  public Function(
      String name,
      String file,
      List<Class<?>> parameters,
      Class<?> result,
      Role role,
      long faultResult) {
    this.name = name;
    this.file = file;
    this.parameters = parameters;
    this.result = result;
    this.role = role;
    this.faultResult = faultResult;
    this.entry = block();
  }

  public Block block() {
    return new Block(blocks++);
  }

  /// A number for room on the stack.
  public int allocation() {
    return allocations++;
  }

  /// The block that returns what an exception comes to.
  public Block faultBlock() {
    var block = fault;
    if (block == null) {
      block = block();
      block.end(
          new End.Return(
              Value.constant(
                  faultResult == (int) faultResult ? ValueKind.INT : ValueKind.LONG, faultResult)),
          0);
      fault = block;
    }
    return block;
  }

  /// A block that gives references back, those that are not null, and goes on elsewhere.
  public Block releasing(List<Held> held, Block to, int line) {
    var next = to;
    for (var one : held) {
      var call = new Value(one.release(), ValueKind.NOTHING, one.operands());
      var release = block();
      call.block = release;
      call.line = line;
      release.values.add(call);
      release.end(new End.Goto(next), line);
      var test = block();
      var nothing = Value.constant(ValueKind.POINTER, 0);
      test.end(
          new End.Branch(Condition.EQ, true, one.value().resolve(), nothing, next, release), line);
      next = test;
    }
    return next;
  }

  /// Whether an exception can end it.
  public boolean mayFault() {
    return fault != null && !fault.predecessors.isEmpty();
  }

  /// The blocks that can be reached, in reverse postorder; numbers them.
  public List<Block> order() {
    var seen = new HashSet<Block>();
    var found = new ArrayDeque<Block>();
    visit(seen, found);
    var list = new ArrayList<>(found);
    for (int i = 0; i < list.size(); i++) {
      list.get(i).order = i;
    }
    return list;
  }

  private static final class Step {
    final Block block;
    final Iterator<Block> next;

    Step(Block block) {
      this.block = block;
      this.next = block.successors().iterator();
    }
  }

  private void visit(Set<Block> seen, Deque<Block> found) {
    var path = new ArrayDeque<Step>();
    seen.add(entry);
    path.push(new Step(entry));
    while (!path.isEmpty()) {
      var step = path.peek();
      if (!step.next.hasNext()) {
        found.addFirst(step.block);
        path.pop();
        continue;
      }
      var next = step.next.next();
      if (seen.add(next)) {
        path.push(new Step(next));
      }
    }
  }
}
