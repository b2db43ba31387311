package org.ebpf4j.program.internal.front;

import java.lang.classfile.CodeElement;
import java.lang.classfile.Instruction;
import java.lang.classfile.Label;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.LineNumber;
import java.lang.classfile.instruction.LookupSwitchInstruction;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.classfile.instruction.TableSwitchInstruction;
import java.lang.classfile.instruction.ThrowInstruction;
import java.lang.reflect.Method;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import org.ebpf4j.insn.Condition;
import org.ebpf4j.program.internal.ir.Block;
import org.ebpf4j.program.internal.ir.Conditions;
import org.ebpf4j.program.internal.ir.End;
import org.ebpf4j.program.internal.ir.Function;
import org.ebpf4j.program.internal.ir.Operation;
import org.ebpf4j.program.internal.ir.Refusal;
import org.ebpf4j.program.internal.ir.Value;
import org.ebpf4j.program.internal.ir.ValueKind;
import org.jspecify.annotations.Nullable;

/// Reads the code of methods, those that become a part of their caller included.
final class MethodReader {
  /// How many variables a method has room for, by their numbers; the operand stack and the result
  /// stand behind those of Java.
  private static final int FRAME = 1 << 18;

  private static final int STACK = 1 << 16;
  private static final int RESULT = 1 << 17;
  private static final int DEEPEST = 40;

  final Unit unit;
  final Flow flow;
  private final Steps steps;
  private int nextFrame;
  private final List<String> path = new ArrayList<>();

  /// A method that is read.
  private record Frame(
      Class<?> owner,
      int base,
      boolean top,
      Parts parts,
      List<CodeElement> code,
      Block exit,
      Faults.@Nullable Scope outer) {}

  MethodReader(Unit unit, Flow flow) {
    this.unit = unit;
    this.flow = flow;
    this.steps = new Steps(this);
  }

  /// Reads a method that is a function of its own.
  void read(Method method, Class<?> owner) {
    try {
      var arguments = new Parameters(unit, flow).of(method);
      translate(
          unit.classes.method(owner, method.getName(), Classes.descriptor(method)),
          owner,
          arguments,
          true);
    } catch (Refusal refusal) {
      throw refusal.at(flow.function.file, flow.line);
    }
  }

  /// Reads a method as a part of the one that calls it.
  @Nullable Value inline(Class<?> owner, String name, String descriptor, List<Value> arguments) {
    var call = owner.getName() + "." + name + descriptor;
    if (path.contains(call)) {
      throw new Refusal(
          "method " + name + " calls itself",
          "a loop; the stack of a program has room for a few calls only");
    }
    if (path.size() >= DEEPEST) {
      throw new Refusal("calls that are nested more than " + DEEPEST + " deep", "fewer methods");
    }
    path.add(call);
    var line = flow.line;
    var result = translate(unit.classes.method(owner, name, descriptor), owner, arguments, false);
    flow.line = line;
    path.removeLast();
    return result;
  }

  private @Nullable Value translate(
      MethodModel method, Class<?> owner, List<Value> arguments, boolean top) {
    var body =
        method
            .code()
            .orElseThrow(() ->
                new Refusal(
                    "method " + method.methodName() + " has no code",
                    "a static method with a body, or @Helper"));
    var code = body.elementList();
    var parts = new Parts(code, body.exceptionHandlers());
    int returns = 0;
    for (var part : parts.order()) {
      returns += part.next.isEmpty() ? 1 : 0;
    }
    var frame =
        new Frame(
            owner,
            nextFrame,
            top,
            parts,
            code,
            flow.awaited(top ? 0 : returns, null),
            flow.faults.scope);
    nextFrame += FRAME;
    for (var part : parts.order()) {
      if (part.isHandler) {
        part.block = flow.awaited(Integer.MAX_VALUE, null);
      } else if (part.order > 0 || part.predecessors > 0) {
        var stores = parts.loopStores(part);
        var numbered = stores == null ? null : new HashSet<Integer>();
        if (stores != null && numbered != null) {
          stores.forEach(s -> numbered.add(frame.base + s));
        }
        part.block = flow.awaited(part.predecessors + (part.order == 0 ? 1 : 0), numbered);
      }
    }
    int slot = frame.base;
    for (var argument : arguments) {
      flow.write(slot, argument);
      slot += argument.kind == ValueKind.LONG ? 2 : 1;
    }
    @Nullable Value returned = null;
    for (var part : parts.order()) {
      var result = readPart(frame, part);
      returned = result == null ? returned : result;
    }
    flow.faults.scope = frame.outer;
    if (top) {
      return null;
    }
    if (frame.exit.predecessors.isEmpty()) {
      // It always throws: what follows is never reached.
      flow.current = frame.exit;
      return returned == null ? noResult(method) : returned;
    }
    flow.current = frame.exit;
    return returned == null ? null : flow.read(frame.base + RESULT, returned.kind);
  }

  private static @Nullable Value noResult(MethodModel method) {
    var type = method.methodTypeSymbol().returnType().descriptorString();
    return type.equals("V")
        ? null
        : Value.constant(
            type.equals("J")
                ? ValueKind.LONG
                : type.length() == 1 ? ValueKind.INT : ValueKind.POINTER,
            0);
  }

  /// Reads a part; what it returns, where it returns from a method that is inlined.
  private @Nullable Value readPart(Frame frame, Parts.Part part) {
    var block = part.block;
    part.read = true;
    if (block != null) {
      if (part.order == 0) {
        flow.go(block);
      }
      if (part.isHandler) {
        flow.seal(block);
      }
      if (block.predecessors.isEmpty()) {
        skip(frame, part);
        return null;
      }
      flow.current = block;
    }
    flow.faults.scope = scope(frame, part);
    var stack = new ArrayDeque<Value>();
    if (part.isHandler) {
      stack.push(Value.known(flow.faults.caught(part)));
    }
    for (int i = 0; i < part.depth; i++) {
      stack.push(flow.read(frame.base + STACK + i, kinds(frame, i)));
    }
    for (int i = part.start; i < part.end; i++) {
      switch (frame.code.get(i)) {
        case LineNumber number -> {
          if (unit.classes.source(frame.owner).equals(flow.function.file)) {
            flow.line = number.line();
          }
        }
        case ReturnInstruction r -> {
          return returns(frame, r.opcode() == Opcode.RETURN ? null : flow.plain(stack.pop()));
        }
        case ThrowInstruction _ -> {
          flow.faults.raise(thrown(stack.pop().resolve()));
          if (!frame.top) {
            flow.unexpect(frame.exit);
          }
          return null;
        }
        case BranchInstruction branch -> {
          jump(frame, part, branch, stack);
          return null;
        }
        case TableSwitchInstruction s -> {
          choose(frame, s.cases(), s.defaultTarget(), stack);
          return null;
        }
        case LookupSwitchInstruction s -> {
          choose(frame, s.cases(), s.defaultTarget(), stack);
          return null;
        }
        case Instruction instruction -> steps.step(instruction, stack, frame.base);
        default -> {
          // Says nothing of what is done.
        }
      }
    }
    leave(frame, stack, part.next.getFirst());
    flow.go(part.next.getFirst().block());
    return null;
  }

  /// A part that nothing leads to: what catches exceptions that do not happen, and what follows.
  private void skip(Frame frame, Parts.Part part) {
    part.next.forEach(next -> flow.unexpect(next.block()));
    if (part.next.isEmpty() && !frame.top) {
      flow.unexpect(frame.exit);
    }
  }

  /// What catches the exceptions in a part.
  private Faults.@Nullable Scope scope(Frame frame, Parts.Part part) {
    if (part.catches.isEmpty()) {
      return frame.outer;
    }
    var handlers = new ArrayList<Faults.Handler>();
    for (var handler : part.catches) {
      var type = handler.type().isEmpty() ? Throwable.class : unit.classes.find(handler.type());
      handlers.add(new Faults.Handler(type, handler.part()));
    }
    return new Faults.Scope(handlers, frame.outer);
  }

  /// An exception that is thrown.
  private static Thrown thrown(Value exception) {
    if (exception.isConstant(0)) {
      return new Thrown(NullPointerException.class);
    }
    if (exception.operation instanceof Operation.Known(var what) && what instanceof Thrown thrown) {
      return thrown;
    }
    throw new Refusal("an exception that is one of two", "a throw in each of the branches");
  }

  private final java.util.Map<Integer, ValueKind> stackKinds = new java.util.HashMap<>();

  private ValueKind kinds(Frame frame, int depth) {
    return stackKinds.getOrDefault(frame.base + depth, ValueKind.INT);
  }

  private @Nullable Value returns(Frame frame, @Nullable Value result) {
    if (frame.top) {
      flow.end(new End.Return(function(result)));
      return null;
    }
    if (result != null) {
      flow.write(frame.base + RESULT, result);
    }
    flow.go(frame.exit);
    return result;
  }

  /// What the function returns to its caller, who may be the kernel.
  private Value function(@Nullable Value result) {
    if (result == null) {
      return Flow.number(0);
    }
    if (flow.function.role == Function.Role.SUBPROGRAM
        && result.kind == ValueKind.POINTER
        && result.operation instanceof Operation.Allocate) {
      throw new Refusal(
          "an object on the stack that outlives its method",
          "a method without @Subprogram, which becomes a part of its caller");
    }
    return result;
  }

  private void leave(Frame frame, Deque<Value> stack, Parts.Part... targets) {
    for (var target : targets) {
      if (target.read) {
        flow.current.held = flow.faults.held();
      }
    }
    var list = new ArrayList<>(stack).reversed();
    for (int i = 0; i < list.size(); i++) {
      var value = flow.plain(list.get(i));
      stackKinds.put(frame.base + i, value.kind);
      flow.write(frame.base + STACK + i, value);
    }
    for (var target : targets) {
      target.depth = list.size();
    }
  }

  /// A comparison that decides on a jump.
  private record Test(Condition condition, boolean wide, Value left, Value right) {}

  private void jump(Frame frame, Parts.Part part, BranchInstruction branch, Deque<Value> stack) {
    var to = frame.parts.at(branch.target());
    if (branch.opcode() == Opcode.GOTO || branch.opcode() == Opcode.GOTO_W) {
      leave(frame, stack, to);
      flow.go(to.block());
      return;
    }
    var test = test(branch.opcode(), stack);
    var next = frame.parts.after(part);
    leave(frame, stack, to, next);
    flow.branch(test.condition, test.wide, test.left, test.right, to.block(), next.block());
  }

  private Test test(Opcode opcode, Deque<Value> stack) {
    return switch (opcode) {
      case IFNULL -> nullTest(Condition.EQ, stack);
      case IFNONNULL -> nullTest(Condition.NE, stack);
      case IFEQ -> zeroTest(Condition.EQ, stack.pop());
      case IFNE -> zeroTest(Condition.NE, stack.pop());
      case IFLT -> zeroTest(Condition.SLT, stack.pop());
      case IFGE -> zeroTest(Condition.SGE, stack.pop());
      case IFGT -> zeroTest(Condition.SGT, stack.pop());
      case IFLE -> zeroTest(Condition.SLE, stack.pop());
      case IF_ICMPEQ -> intTest(Condition.EQ, stack);
      case IF_ICMPNE -> intTest(Condition.NE, stack);
      case IF_ICMPLT -> intTest(Condition.SLT, stack);
      case IF_ICMPGE -> intTest(Condition.SGE, stack);
      case IF_ICMPGT -> intTest(Condition.SGT, stack);
      case IF_ICMPLE -> intTest(Condition.SLE, stack);
      case IF_ACMPEQ, IF_ACMPNE -> referenceTest(opcode, stack);
      default -> throw new Refusal("the instruction " + opcode, "plain comparisons");
    };
  }

  /// Values of enumerations are numbers here.
  private Test referenceTest(Opcode opcode, Deque<Value> stack) {
    var right = stack.pop().resolve();
    var left = stack.pop().resolve();
    if (left.kind != ValueKind.INT || right.kind != ValueKind.INT) {
      throw new Refusal(
          "references that are compared with ==",
          "a comparison with null, or of the numbers in them");
    }
    return new Test(opcode == Opcode.IF_ACMPEQ ? Condition.EQ : Condition.NE, false, left, right);
  }

  private static Test nullTest(Condition condition, Deque<Value> stack) {
    var top = stack.pop().resolve();
    // What is known when the program is compiled is an object, and so is a number in a box.
    var value =
        top.operation instanceof Operation.Known || top.kind != ValueKind.POINTER
            ? Value.constant(ValueKind.POINTER, 1)
            : top;
    return new Test(condition, true, value, Value.constant(ValueKind.POINTER, 0));
  }

  private Test intTest(Condition condition, Deque<Value> stack) {
    var right = flow.plain(stack.pop());
    var left = flow.plain(stack.pop());
    return new Test(condition, false, left, right);
  }

  private static Test zeroTest(Condition condition, Value tested) {
    var value = tested.resolve();
    return switch (value.operation) {
      case Operation.Order(var wide, var signed) ->
          new Test(
              signed ? condition : Conditions.unsigned(condition),
              wide,
              value.input(0),
              value.input(1));
      case Operation.Comparison(var holds, var wide)
          when condition == Condition.EQ || condition == Condition.NE ->
          new Test(
              condition == Condition.NE ? holds : Conditions.not(holds),
              wide,
              value.input(0),
              value.input(1));
      default -> new Test(condition, false, value, Flow.number(0));
    };
  }

  private void choose(Frame frame, List<SwitchCase> cases, Label otherwise, Deque<Value> stack) {
    var value = flow.plain(stack.pop());
    for (var c : cases) {
      leave(frame, stack, frame.parts.at(c.target()));
    }
    var last = frame.parts.at(otherwise);
    leave(frame, stack, last);
    for (var c : cases) {
      var taken = frame.parts.at(c.target()).block();
      if (value.operation instanceof Operation.Known(var what)
          && what instanceof SwitchMap(var numbers)) {
        int ordinal = numbers.indexOf(c.caseValue());
        if (ordinal < 0) {
          flow.unexpect(taken);
        } else {
          choose(value.input(0), ordinal, taken);
        }
      } else {
        choose(value, c.caseValue(), taken);
      }
    }
    flow.go(last.block());
  }

  private void choose(Value value, int number, Block taken) {
    var next = flow.fresh();
    flow.branch(Condition.EQ, false, value, Flow.number(number), taken, next);
    flow.current = next;
  }
}
