package org.ebpf4j.vm.internal.compiler;

import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;
import org.ebpf4j.vm.internal.machine.Sites;

/// How the parts of a function pass its variables on: in an array of numbers of 64 bits, with the
/// number of the part and the block that is next as what a part returns, and -1 at the end.
final class Passing {
  private static final int HALF = 16;
  private static final int ARRAY_PARAMETER = 3;
  private static final int BLOCK_PARAMETER = 4;

  private final FunctionFacts function;
  private final Part part;
  private final CodeBuilder b;
  private final Locals locals;
  private final int count;
  private final int array;
  private final int block;

  Passing(FunctionFacts function, Part part, CodeBuilder b, Locals locals) {
    this.function = function;
    this.part = part;
    this.b = b;
    this.locals = locals;
    this.count = function.transfer().slots().variables();
    this.array = locals.temporary + 2;
    this.block = array + 1;
  }

  private static int left(int count) {
    return count;
  }

  private static int used(int count) {
    return count + 1;
  }

  private static int rounds(int count) {
    return count + 2;
  }

  private static int result(int count) {
    return count + 3;
  }

  boolean isInside(int to) {
    return part.has(to);
  }

  void takeParameters() {
    b.aload(ARRAY_PARAMETER).astore(array).iload(BLOCK_PARAMETER).istore(block);
  }

  /// Takes what was counted so far.
  ///
  /// @param size how many instructions the function has
  void takeCounts(int size) {
    pushElement(left(count)).lstore(locals.left);
    pushElement(used(count)).l2i().istore(locals.used);
    pushElement(rounds(count)).l2i().istore(locals.rounds);
    b.lload(locals.left)
        .loadConstant(size)
        .invokestatic(Names.COMPILED, "limit", MethodTypeDesc.of(CD_int, CD_long, CD_int))
        .istore(locals.limit);
  }

  private CodeBuilder pushElement(int index) {
    return b.aload(array).loadConstant(index).laload();
  }

  /// Goes to the block that the method is called for, with its variables.
  void enter(IntFunction<Label> labels) {
    var cases = new ArrayList<SwitchCase>();
    for (var one : part.blocks()) {
      if (function.facts().at(one) != null && isEntered(one)) {
        cases.add(SwitchCase.of(one.index(), b.newLabel()));
      }
    }
    var none = b.newLabel();
    b.iload(block).lookupswitch(none, cases);
    for (var one : cases) {
      b.labelBinding(one.target());
      var to = function.flow().blocks().get(one.caseValue());
      var forms = Objects.requireNonNull(function.facts().at(to)).forms();
      for (int i = 0; i < count; i++) {
        if (isPassed(to, i)) {
          pushElement(i);
          if (forms[i] == Sites.WIDE) {
            b.lstore(locals.wide(i));
          } else {
            b.l2i().istore(locals.narrow(i));
          }
        }
      }
      b.goto_(labels.apply(one.caseValue()));
    }
    b.labelBinding(none);
    b.aconst_null().checkcast(Names.EXCEPTION).athrow();
  }

  private boolean isEntered(Block to) {
    return to.start() == function.start()
        || function.flow().blocks().stream()
            .anyMatch(from ->
                !part.has(from.index())
                    && (from.next() == to.index() || from.target() == to.index()));
  }

  private boolean isPassed(Block to, int variable) {
    return variable != State.REGISTERS && (function.liveness().at(to) & 1L << variable) != 0;
  }

  /// Goes on in another part: the variables are in the forms that the block wants.
  void leave(Block to) {
    var forms = Objects.requireNonNull(function.facts().at(to)).forms();
    for (int i = 0; i < count; i++) {
      if (isPassed(to, i)) {
        b.aload(array).loadConstant(i);
        if (forms[i] == Sites.WIDE) {
          b.lload(locals.wide(i));
        } else {
          b.iload(locals.narrow(i)).i2l();
        }
        b.lastore();
      }
    }
    b.aload(array).loadConstant(left(count)).lload(locals.left).lastore();
    b.aload(array).loadConstant(used(count)).iload(locals.used).i2l().lastore();
    b.aload(array).loadConstant(rounds(count)).iload(locals.rounds).i2l().lastore();
    b.loadConstant(number(function, to)).ireturn();
  }

  private static int number(FunctionFacts function, Block to) {
    for (var one : function.parts()) {
      if (one.has(to.index())) {
        return one.number() << HALF | to.index();
      }
    }
    throw new IllegalStateException("block " + to.index() + " is in no part");
  }

  /// Returns the number on the stack from the function.
  void giveBack() {
    b.lstore(locals.temporary);
    b.aload(array).loadConstant(result(count)).lload(locals.temporary).lastore();
    b.iconst_m1().ireturn();
  }

  /// Writes the method that calls the parts, one after the other.
  static void writeCaller(FunctionFacts function, int rounds, CodeBuilder b) {
    int count = function.transfer().slots().variables();
    int array = 13;
    int next = 14;
    b.loadConstant(result(count) + 1).newarray(TypeKind.LONG).astore(array);
    for (int i = 1; i <= 5; i++) {
      b.aload(array).loadConstant(i).lload(1 + 2 * i).lastore();
    }
    b.aload(array).loadConstant(left(count)).aload(Locals.RUN);
    b.invokestatic(Names.COMPILED, "left", MethodTypeDesc.of(CD_long, Names.RUN)).lastore();
    b.aload(array).loadConstant(rounds(count)).loadConstant((long) rounds).lastore();
    var entry = function.flow().blocks().get(function.flow().indexOf(function.start()));
    b.loadConstant(number(function, entry)).istore(next);
    var again = b.newBoundLabel();
    var end = b.newLabel();
    b.iload(next).iflt(end);
    List<SwitchCase> cases =
        function.parts().stream().map(one -> SwitchCase.of(one.number(), b.newLabel())).toList();
    b.iload(next).loadConstant(HALF).iushr().lookupswitch(end, cases);
    for (var one : cases) {
      b.labelBinding(one.target());
      b.aload(Locals.RUN).lload(Locals.FRAME).aload(array);
      b.iload(next).loadConstant((1 << HALF) - 1).iand();
      b.invokestatic(Names.SELF, Names.part(function.start(), one.caseValue()), Names.PART);
      b.istore(next).goto_(again);
    }
    b.labelBinding(end);
    b.aload(array).loadConstant(result(count)).laload().lreturn();
  }
}
