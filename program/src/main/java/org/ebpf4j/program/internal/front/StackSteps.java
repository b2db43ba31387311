package org.ebpf4j.program.internal.front;

import java.lang.classfile.Opcode;
import java.util.ArrayDeque;
import java.util.Deque;
import org.ebpf4j.program.internal.ir.Refusal;
import org.ebpf4j.program.internal.ir.Value;
import org.ebpf4j.program.internal.ir.ValueKind;

/// The instructions that move values on the operand stack. A long takes two words there.
final class StackSteps {
  private StackSteps() {}

  static void step(Opcode opcode, Deque<Value> stack) {
    switch (opcode) {
      case POP -> stack.pop();
      case POP2 -> take(stack, 2);
      case DUP -> duplicate(stack, 1, 0);
      case DUP_X1 -> duplicate(stack, 1, 1);
      case DUP_X2 -> duplicate(stack, 1, 2);
      case DUP2 -> duplicate(stack, 2, 0);
      case DUP2_X1 -> duplicate(stack, 2, 1);
      case DUP2_X2 -> duplicate(stack, 2, 2);
      case SWAP -> {
        var a = stack.pop();
        var b = stack.pop();
        stack.push(a);
        stack.push(b);
      }
      default -> throw new Refusal("the instruction " + opcode, "");
    }
  }

  /// The values of the topmost words, the topmost last.
  private static Deque<Value> take(Deque<Value> stack, int words) {
    var taken = new ArrayDeque<Value>();
    int left = words;
    while (left > 0) {
      var value = stack.pop();
      left -= value.resolve().kind == ValueKind.LONG ? 2 : 1;
      taken.addFirst(value);
    }
    return taken;
  }

  private static void duplicate(Deque<Value> stack, int words, int below) {
    var top = take(stack, words);
    var under = take(stack, below);
    top.forEach(stack::push);
    under.forEach(stack::push);
    top.forEach(stack::push);
  }
}
