package org.ebpf4j.vm.internal.compiler;

import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;
import static org.ebpf4j.insn.Opcode.*;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.ebpf4j.insn.Slot;
import org.ebpf4j.vm.internal.machine.Code;
import org.ebpf4j.vm.internal.machine.Helper;
import org.ebpf4j.vm.internal.machine.Memory;
import org.ebpf4j.vm.internal.machine.Sites;
import org.jspecify.annotations.Nullable;

/// The code of a function as a method.
final class MethodCode {
  /// How often a function may go round with `may_goto`, as in the interpreter.
  static final int ROUNDS = 8 << 20;

  private final ProgramCode program;
  private final int start;
  private final Flow flow;
  private final Facts facts;
  private final Liveness liveness;
  private final Transfer transfer;
  private final Families families;
  private final CodeBuilder b;
  private final Locals locals;
  private final Guard guard;
  private final @Nullable Passing passing;
  private final Map<Integer, Label> labels = new HashMap<>();
  private final List<Runnable> ways = new ArrayList<>();
  private State state;
  private long[] live = new long[0];
  private int rest;
  private int from;
  private int segmentEnd;

  /// Where a loop of one block goes on that is written several times; null for its begin.
  private @Nullable Label again;

  private MethodCode(
      ProgramCode program, FunctionFacts function, @Nullable Part part, CodeBuilder b) {
    this.program = program;
    this.start = function.start();
    this.flow = function.flow();
    this.facts = function.facts();
    this.liveness = function.liveness();
    this.transfer = function.transfer();
    this.families = function.families();
    this.b = b;
    this.state = State.entry(transfer.slots());
    this.locals = new Locals(b, program.regions(), transfer.slots().variables());
    this.guard = new Guard(program, b, locals, transfer.slots().variables());
    this.passing = part == null ? null : new Passing(function, part, b, locals);
  }

  /// Writes a function.
  static void write(ProgramCode program, FunctionFacts function, CodeBuilder b) {
    var method = new MethodCode(program, function, null, b);
    method.prologue();
    method.enter(method.flow.indexOf(function.start()));
    method.blocks(method.flow.blocks());
  }

  /// Writes a part of a function that is too large for one method.
  static void writePart(ProgramCode program, FunctionFacts function, Part part, CodeBuilder b) {
    var method = new MethodCode(program, function, part, b);
    var passing = Objects.requireNonNull(method.passing);
    passing.takeParameters();
    method.prologue();
    passing.takeCounts(method.flow.longest());
    passing.enter(method::label);
    method.blocks(part.blocks());
  }

  private void blocks(List<Block> blocks) {
    for (var block : blocks) {
      var known = facts.at(block);
      if (known != null) {
        block(block, known.copy());
      }
    }
    guard.end(this::giveBack);
  }

  CodeBuilder builder() {
    return b;
  }

  Locals locals() {
    return locals;
  }

  Transfer transfer() {
    return transfer;
  }

  Code code() {
    return program.code();
  }

  Memory memory() {
    return program.memory();
  }

  void pushCode() {
    program.constants().push(b, program.code(), Names.CODE);
  }

  void pushHelper(Helper helper) {
    program.constants().push(b, helper, Names.HELPER);
  }

  void pushBytes(int region) {
    program.constants().push(b, program.regions().bytes(region), Names.BYTES);
  }

  private void prologue() {
    for (int i = 0; i < transfer.slots().variables(); i++) {
      b.iconst_0().istore(locals.narrow(i));
      if (i != State.REGISTERS && (i == 0 || i > 5 || passing != null)) {
        b.lconst_0().lstore(locals.wide(i));
      }
    }
    b.iconst_0().istore(locals.site);
    b.loadConstant(ROUNDS).istore(locals.rounds);
    b.aload(Locals.RUN)
        .invokestatic(Names.COMPILED, "stack", MethodTypeDesc.of(Names.BYTES, Names.RUN))
        .astore(locals.stack);
    b.lload(Locals.FRAME).l2i().istore(locals.end);
    forgetRegions();
    refresh();
    guard.begin();
  }

  /// The family of what an instruction accesses.
  int family(int slot) {
    return families.at(slot);
  }

  /// Forgets which regions were found: what is called may take them away.
  void forgetRegions() {
    for (int i = 0; i < families.count(); i++) {
      b.getstatic(Names.COMPILED, "NOWHERE", Names.REGION).astore(locals.region(i));
    }
  }

  private void enter(int entry) {
    var block = flow.blocks().get(entry);
    var first = Objects.requireNonNull(facts.at(block));
    locals.setForms(state.forms());
    locals.convert(first.forms(), liveness.at(block));
    checkAt(block);
    if (entry != 0) {
      b.goto_(label(entry));
    }
  }

  private void refresh() {
    b.aload(Locals.RUN)
        .invokestatic(Names.COMPILED, "left", MethodTypeDesc.of(CD_long, Names.RUN))
        .lstore(locals.left);
    b.lload(locals.left)
        .loadConstant(flow.longest())
        .invokestatic(Names.COMPILED, "limit", MethodTypeDesc.of(CD_int, CD_long, CD_int))
        .istore(locals.limit);
    b.iconst_0().istore(locals.used);
  }

  private Label label(int block) {
    return labels.computeIfAbsent(block, _ -> b.newLabel());
  }

  private void block(Block block, State before) {
    b.labelBinding(label(block.index()));
    locals.setForms(before.forms());
    if (flow.isReturnedTo(block) || (passing != null && block.start() == start)) {
      locals.forget(liveness.at(block));
      checkAt(block);
    }
    int copies = flow.copies(block);
    for (int i = 1; i < copies; i++) {
      var next = b.newLabel();
      again = next;
      copy(block, before.copy());
      b.labelBinding(next);
    }
    again = null;
    copy(block, before);
  }

  private void copy(Block block, State before) {
    state = before;
    locals.setForms(state.forms());
    live = liveness.through(block);
    from = block.start();
    count(block.start(), block.last());
    for (int slot = block.start(); slot <= block.last(); slot = flow.after(slot)) {
      if (slot == segmentEnd && slot != block.start()) {
        count(slot, block.last());
      }
      if (instruction(block, slot)) {
        break;
      }
      transfer().apply(state, slot);
      rest--;
    }
    ways.forEach(Runnable::run);
    ways.clear();
  }

  /// Counts the instructions from one on: to the end of the block, or to the next call.
  private void count(int from, int last) {
    int count = 0;
    int slot = from;
    while (slot <= last) {
      count++;
      boolean calls = Slot.opcode(code().slot(slot)) == CALL;
      slot = flow.after(slot);
      if (calls) {
        break;
      }
    }
    segmentEnd = slot;
    rest = count;
    b.iinc(locals.used, count);
  }

  /// Writes an instruction.
  ///
  /// @return whether nothing comes after it
  private boolean instruction(Block block, int slot) {
    long s = code().slot(slot);
    int opcode = Slot.opcode(s);
    if (Flow.isLeft(code(), slot)) {
      setSite(slot);
      b.aconst_null().goto_(guard.rescue());
      return true;
    }
    switch (opcode & CLASS_MASK) {
      case ALU, ALU64 -> new AluCode(this).write(state, slot, s);
      case LDX, ST, STX -> new MemoryCode(this).write(state, slot, s);
      case LD -> {
        if (opcode == LD_IMM64) {
          var value = program.regions().value(slot);
          new AluCode(this)
              .constant(Slot.dst(s), value, value.isScalar() ? code().immediate(slot) : value.lo());
        } else {
          new CallCode(this).packet(slot, s);
        }
      }
      default -> {
        return jump(block, slot, s, opcode);
      }
    }
    if (slot == block.last()) {
      way(block.next());
    }
    return false;
  }

  private boolean jump(Block block, int slot, long s, int opcode) {
    return switch (opcode) {
      case EXIT -> {
        end(() -> locals.pushWide(0));
        yield true;
      }
      case CALL -> {
        new CallCode(this).write(state, slot, s);
        if (slot == block.last()) {
          way(block.next());
        }
        yield false;
      }
      case JUMP, JUMP_LONG -> {
        way(block.target());
        yield true;
      }
      case MAY_GOTO -> {
        var over = b.newLabel();
        b.iinc(locals.rounds, -1).iload(locals.rounds).iflt(over);
        fork(block, over);
        yield true;
      }
      default -> {
        compare(block, s);
        yield true;
      }
    };
  }

  private void compare(Block block, long s) {
    var taken = facts.edge(block, state, true);
    var passed = facts.edge(block, state, false);
    if (taken == null) {
      way(block.next());
    } else if (passed == null) {
      way(block.target());
    } else {
      var target = b.newLabel();
      new JumpCode(this).write(state, s, target);
      fork(block, target);
    }
  }

  /// Goes on at the next block, and later binds the label from where it goes to the other.
  private void fork(Block block, Label taken) {
    var forms = locals.forms();
    way(block.next());
    ways.add(() -> {
      b.labelBinding(taken);
      locals.setForms(forms);
      way(block.target());
    });
  }

  /// Goes to a block, with the registers as it wants them.
  private void way(int to) {
    var block = flow.blocks().get(to);
    var there = facts.at(block);
    if (there == null) {
      throw new IllegalStateException(
          "block " + to + " of " + code().name() + " is reached from nowhere");
    }
    locals.convert(there.forms(), liveness.at(block));
    if (again != null && block.start() == from) {
      b.goto_(again);
    } else if (passing != null && !passing.isInside(to)) {
      passing.leave(block);
    } else {
      b.goto_(label(to));
    }
  }

  /// Returns from the function.
  void end(Runnable push) {
    b.aload(Locals.RUN).lload(locals.left).iload(locals.used).i2l().lsub();
    if (rest > 1) {
      b.loadConstant(rest - 1L).ladd();
    }
    b.invokestatic(Names.COMPILED, "setLeft", MethodTypeDesc.of(CD_void, Names.RUN, CD_long));
    push.run();
    giveBack();
  }

  /// Returns the number on the stack from the function.
  void giveBack() {
    if (passing == null) {
      b.lreturn();
    } else {
      passing.giveBack();
    }
  }

  /// Looks whether there are instructions left for what comes after a call.
  void look() {
    refresh();
    // The next instruction is not counted yet.
    setSite(segmentEnd, 0, live[segmentEnd - from]);
    within();
  }

  private void checkAt(Block block) {
    setSite(block.start(), 0, liveness.at(block));
    within();
  }

  private void within() {
    b.iload(locals.used)
        .iload(locals.limit)
        .invokestatic(Names.COMPILED, "within", MethodTypeDesc.of(CD_void, CD_int, CD_int));
  }

  /// Says at which instruction the function is.
  void setSite(int slot) {
    setSite(slot, rest, live[slot - from]);
  }

  private void setSite(int slot, int left, long read) {
    var forms = locals.forms();
    for (int i = 0; i < forms.length; i++) {
      if ((read & 1L << i) == 0) {
        forms[i] = Sites.DEAD;
      }
    }
    b.loadConstant(program.site(new Sites.Site(slot, left, forms, transfer.slots().list())))
        .istore(locals.site);
  }

  void beginCall() {
    guard.beginCall();
  }

  void endCall() {
    guard.endCall();
  }
}
