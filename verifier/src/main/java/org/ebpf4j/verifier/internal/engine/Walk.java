package org.ebpf4j.verifier.internal.engine;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.insn.Instruction;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.ebpf4j.verifier.input.CheckedProgram;
import org.ebpf4j.verifier.input.Rules;
import org.ebpf4j.verifier.internal.rule.ContextField;
import org.ebpf4j.verifier.internal.rule.ContextTable;
import org.ebpf4j.verifier.internal.rule.SpecialField;
import org.ebpf4j.verifier.internal.rule.StructWalk;
import org.ebpf4j.verifier.internal.state.Frame;
import org.ebpf4j.verifier.internal.state.History;
import org.ebpf4j.verifier.internal.state.Reg;
import org.ebpf4j.verifier.internal.state.RegisterKind;
import org.ebpf4j.verifier.internal.state.State;
import org.ebpf4j.verifier.internal.state.StateComparison;
import org.ebpf4j.verifier.result.Finding.Reason;
import org.ebpf4j.verifier.result.VerifierResult;

/// One walk through a program: path by path, with what is known of registers and stack at each
/// instruction. What the rules of calls ask of it stands here; [Steps] follows instructions.
public final class Walk {
  private static final int FRAME_POINTER = 10;
  private static final int STRICT_ALIGNMENT = 1;
  private static final long[] NO_GROUP = {};

  private final CheckedProgram program;
  private final Rules rules;
  private final ContextTable context;
  private final CallRules calls;
  private final boolean arena;
  private final Map<Btf, Map<Integer, List<SpecialField>>> special = new HashMap<>();
  private final ArrayDeque<Pending> pending = new ArrayDeque<>();

  private final Prepared prepared;
  private State state = new State(1);
  private int at;
  private int previous = -1;
  private boolean noted;
  private long written;
  private long processed;
  private long jumps;
  private int ids;
  private int longestPending;
  private final Findings findings;

  /// A path that waits.
  private record Pending(State state, int at, int previous) {}

  public Walk(CheckedProgram program, Rules rules, ContextTable context, CallRules calls) {
    this.program = program;
    this.rules = rules;
    this.context = context;
    this.calls = calls;
    arena =
        program.maps().values().stream()
            .anyMatch(use -> use.map().type() == MapType.ARENA.number());
    findings = new Findings(this);
    prepared = new Prepared(this);
  }

  /// Walks, and says what came of it.
  public VerifierResult result() {
    try {
      prepared.prepare();
      var facts = new Steps(this, prepared).run();
      return new VerifierResult.Accepted(effort(), facts);
    } catch (Refusal refusal) {
      return new VerifierResult.Refused(effort(), List.of(findings.of(refusal)));
    } catch (OutOfMemoryError | StackOverflowError e) {
      var refusal = new Refusal(Reason.GAVE_UP, -1, "the program takes too much memory: " + e);
      return new VerifierResult.Refused(effort(), List.of(findings.of(refusal)));
    }
  }

  private VerifierResult.Effort effort() {
    return new VerifierResult.Effort(
        processed, prepared.totalStates(), prepared.peakStates(), longestPending);
  }

  // What is walked.

  public CheckedProgram program() {
    return program;
  }

  public Rules rules() {
    return rules;
  }

  public ContextTable context() {
    return context;
  }

  /// The instructions, with the subprograms among them.
  public Code code() {
    return prepared.code();
  }

  CallRules calls() {
    return calls;
  }

  /// Whether the program has an arena.
  public boolean hasArena() {
    return arena;
  }

  boolean bigEndian() {
    return program.types().map(t -> t.order() == java.nio.ByteOrder.BIG_ENDIAN).orElse(false);
  }

  boolean strictAlignment() {
    return (program.flags() & STRICT_ALIGNMENT) != 0;
  }

  /// Whether stack that was never written may be read, as privileged programs may since 6.3.
  public boolean readsUnsetStack() {
    return rules.atLeast(6, 3);
  }

  boolean isGlobal(int subprogram) {
    return prepared.globals().isGlobal(subprogram);
  }

  /// The special fields of a type.
  public List<SpecialField> specialFields(Btf btf, int type) {
    return special
        .computeIfAbsent(btf, _ -> new HashMap<>())
        .computeIfAbsent(type, _ -> SpecialField.of(btf, type));
  }

  /// The special fields of a map's values.
  public List<SpecialField> specialFields(MapSpec map) {
    return prepared.memory().maps().fields(map);
  }

  // Where it is.

  /// What is known where the walk is; it changes in place.
  public State state() {
    return state;
  }

  /// The instruction that the walk is at.
  public int at() {
    return at;
  }

  /// A register of the frame that runs.
  public Reg reg(int number) {
    return state.current().regs[number];
  }

  long processed() {
    return processed;
  }

  long jumps() {
    return jumps;
  }

  void jumped() {
    jumps++;
  }

  Precision precision() {
    return prepared.precision();
  }

  Loops loops() {
    return prepared.loops();
  }

  int liveRegisters(State of, int frame) {
    return prepared.registers().before(of.instruction(frame));
  }

  boolean isLiveSlot(State of, int frame, int slot) {
    return prepared.stackLiveness().isLive(of, frame, slot);
  }

  boolean callsBack(int call) {
    return prepared.layout().callbackCalls.get(call);
  }

  boolean isMayGoto(int slot) {
    return code().at(slot) instanceof Instruction.Jump.MayGoto;
  }

  boolean isIteratorActive() {
    return calls.isIteratorActive(this);
  }

  // Paths.

  /// Starts a walk at an instruction.
  void start(State fresh, int first) {
    state = fresh;
    state.branches = 1;
    state.firstInstruction = first;
    state.lastInstruction = -1;
    at = first;
    previous = -1;
  }

  /// Goes on with an instruction.
  void advance(int next) {
    previous = at;
    at = next;
  }

  /// Counts an instruction that is about to be followed.
  void count() {
    if (++processed > rules.processedInstructions()) {
      throw new Refusal(
          Reason.LIMIT,
          -1,
          "BPF program is too large. Processed " + processed + " insn",
          "",
          "let loops be shorter or use bpf_loop, and make functions global so that each is checked"
              + " once");
    }
    noted = false;
    written = 0;
    state.lastInstruction = previous;
  }

  /// Puts a copy of the state among those that wait, to be walked from an instruction.
  public State push(int next) {
    if (pending.size() >= rules.pendingJumps()) {
      throw new Refusal(
          Reason.LIMIT, -1, "The sequence of " + rules.pendingJumps() + " jumps is too complex.");
    }
    var copy = new State(state);
    copy.history = new History(state.history);
    if (copy.parent != null) {
      copy.parent.branches++;
    }
    pending.push(new Pending(copy, next, at));
    longestPending = Math.max(longestPending, pending.size());
    return copy;
  }

  /// Puts the way on which an iterator has another element among those that wait.
  public State pushElement() {
    var before = Widening.previous(state, at);
    var more = push(at + 1);
    if (before != null) {
      Widening.widen(before, more);
    }
    return more;
  }

  /// Puts a state of its own, without the frames of this one, among those that wait.
  public State pushAsync(int subprogram, boolean sleepable, Consumer<Frame> arguments) {
    var fresh = new State(rules.frames());
    fresh.frames[0] = new Frame(-1, 0, subprogram);
    fresh.current().inAsyncCallback = true;
    fresh.current().asyncEntries = state.current().asyncEntries + 1;
    fresh.inSleepable = sleepable;
    fresh.branches = 1;
    fresh.parent = state.parent;
    fresh.firstInstruction = state.firstInstruction;
    fresh.lastInstruction = state.lastInstruction;
    fresh.history = new History(state.history);
    fresh.depthFirst = state.depthFirst;
    fresh.path = state.path;
    if (fresh.parent != null) {
      fresh.parent.branches++;
    }
    arguments.accept(fresh.current());
    prepared.subprograms().later().set(subprogram);
    if (pending.size() >= rules.pendingJumps()) {
      throw new Refusal(
          Reason.LIMIT,
          -1,
          "The sequence of " + rules.pendingJumps() + " jumps is too complex for async cb.");
    }
    pending.push(new Pending(fresh, code().start(subprogram), at));
    return fresh;
  }

  /// Has a subprogram walked that the kernel calls before the call that the walk is at returns. It
  /// comes back to that call.
  public void pushCallback(int subprogram, int min, int max, Consumer<Frame> arguments) {
    var caller = state.current();
    var copy = push(code().start(subprogram));
    prepared
        .subprograms()
        .enter(
            copy,
            subprogram,
            at,
            frame -> {
              arguments.accept(frame);
              frame.inCallback = true;
              frame.returnMin = min;
              frame.returnMax = max;
            });
    copy.callbackUnrollDepth++;
    copy.frame(copy.depth - 1).callbackDepth++;
    caller.callbackDepth = 0;
  }

  /// Ends the path that is walked, and takes up the next one; false where none waits.
  boolean next() {
    for (var one = state; one != null; one = one.parent) {
      if (--one.branches > 0) {
        break;
      }
      if (one != state) {
        loops().done(one);
      }
    }
    if (pending.isEmpty()) {
      return false;
    }
    var taken = pending.pop();
    state = taken.state();
    at = taken.at();
    previous = taken.previous();
    return true;
  }

  /// Notes in the history what the instruction does.
  void note(int flags) {
    note(flags, NO_GROUP);
  }

  void note(int flags, long[] linked) {
    if (noted) {
      state.history.extend(flags, linked);
    } else {
      state.history.add(at, previous, flags, linked);
      noted = true;
    }
  }

  void went(State way, boolean taken) {
    way.path = new State.Path(at, taken, way.path);
  }

  // What is known of registers.

  /// A number that tells what is known apart, such as pointers that are compared with null.
  public int newId() {
    return ++ids;
  }

  int highestId() {
    return ids;
  }

  /// Gives a number an id before it is copied, so that what is learned of one is known of both.
  void link(Reg reg) {
    if (!reg.isScalar()) {
      return;
    }
    if (reg.linkedByDelta) {
      reg.unlink();
    }
    if (reg.id == 0 && !reg.isConstant()) {
      reg.id = newId();
    }
  }

  /// Where bounds contradict each other, forgets them.
  void repairBounds(Reg reg) {
    if (reg.isScalar() && reg.isContradictory()) {
      reg.unbound();
    }
  }

  /// Says that the number in a register matters, on the whole path that led to it.
  public void markPrecise(int register) {
    if (reg(register).isScalar()) {
      precision().mark(register);
    }
  }

  /// A register has to hold something.
  public void requireSet(int register) {
    if (reg(register).kind == RegisterKind.UNSET) {
      throw new Refusal(
          Reason.UNINITIALIZED,
          register,
          "R" + register + " !read_ok",
          "a value in the register on this path",
          "set the variable on every path, and do not use registers r1 to r5 after a call");
    }
  }

  /// A register must not be the frame pointer.
  void requireWritable(int register) {
    if (register == FRAME_POINTER) {
      throw new Refusal(Reason.PERMISSION, register, "frame pointer is read only");
    }
  }

  // What calls do.

  /// Registers r0 to r5 hold nothing after a call.
  public void clearCallerSaved() {
    for (int i = 0; i <= 5; i++) {
      reg(i).markUnset();
    }
  }

  /// Packet pointers are not valid any longer.
  public void invalidatePackets() {
    state.forEach(reg -> {
      if (reg.kind.isPacket()
          || reg.kind == RegisterKind.PACKET_END
          || (reg.kind == RegisterKind.MEMORY && reg.has(Reg.SLICE))) {
        reg.markUnknown();
      }
    });
  }

  /// Gives a reference back: nothing that was derived from it is valid any longer.
  ///
  /// @return false where it is not held
  public boolean releaseReference(int id) {
    if (!state.references.release(id)) {
      return false;
    }
    state.forEach(reg -> {
      if (reg.referenceId == id) {
        reg.markUnknown();
      }
    });
    return true;
  }

  /// Makes a register a pointer to a value of a map.
  public void pointToValue(Reg reg, MapSpec map, int uid, boolean nullable) {
    MapAccess.pointToValue(reg, map, uid);
    var fields = specialFields(map);
    reg.holdsLock =
        fields.stream()
            .anyMatch(f ->
                f.kind() == SpecialField.Kind.SPIN_LOCK
                    || f.kind() == SpecialField.Kind.RES_SPIN_LOCK);
    reg.flags = nullable ? Reg.MAYBE_NULL : 0;
    if (nullable || reg.holdsLock) {
      reg.id = newId();
    }
  }

  /// Whether values of a map are told apart by the lookup that found it, as they have timers.
  public boolean isToldApart(MapSpec map) {
    return specialFields(map).stream()
        .anyMatch(f ->
            f.kind() == SpecialField.Kind.TIMER
                || f.kind() == SpecialField.Kind.WORKQUEUE
                || f.kind() == SpecialField.Kind.TASK_WORK);
  }

  /// The key that a register points to, where it is one number on this path, which matters from
  /// then on.
  public java.util.OptionalLong constantKey(int register, int size) {
    return ConstantKey.find(this, reg(register), size);
  }

  void markPreciseSlot(int frame, int slot) {
    precision().markSlot(frame, slot);
  }

  /// A memory argument of a function of the kernel: checks that so many bytes may be read, and, if
  /// it writes, written.
  public void checkMemory(int register, int size, boolean zeroAllowed, boolean write) {
    prepared.arguments().memory(register, size, zeroAllowed, write, false);
  }

  /// A memory argument that the function fills before anybody reads it. The bytes hold something
  /// after it.
  public void checkFilledMemory(int register, int size, boolean zeroAllowed) {
    prepared.arguments().memory(register, size, zeroAllowed, true, true);
  }

  /// A memory argument whose size is in another register.
  public void checkSizedMemory(
      int register, int sizeRegister, boolean zeroAllowed, boolean write, boolean fills) {
    prepared.arguments().sized(register, sizeRegister, zeroAllowed, write, fills);
  }

  void checkMemoryArgument(int register, int size) {
    prepared.arguments().readAndWritten(register, size);
  }

  void requireObject(int register, int type, boolean nullable, boolean trusted) {
    calls.requireObject(this, register, type, nullable, trusted);
  }

  void requireDynptr(int register) {
    calls.requireDynptr(this, register);
  }

  void describeDynptr(Reg reg) {
    calls.describeDynptr(this, reg);
  }

  void overwrite(Frame frame, int slot) {
    calls.overwrite(this, frame, slot);
  }

  boolean allowsObjectWrite(Reg reg, int offset, int size) {
    return calls.allowsObjectWrite(this, reg, offset, size);
  }

  int trust(Reg reg, StructWalk.Pointer pointer) {
    return calls.trust(this, reg, pointer);
  }

  void loadKernelPointer(Reg target, SpecialField field) {
    calls.loadKernelPointer(this, target, field);
  }

  void storeKernelPointer(int value, SpecialField field) {
    calls.storeKernelPointer(this, value, field);
  }

  int contextReference(ContextField.Pointer pointer) {
    return calls.contextReference(this, pointer);
  }

  /// What the stack of a frame was used for.
  public void readSlot(Frame frame, int slot) {
    prepared.stackLiveness().read(state, frame, slot, at);
  }

  void wroteSlot(Frame frame, int slot, boolean whole) {
    if (whole && frame == state.current()) {
      written |= 1L << slot;
    }
  }

  /// A store was followed to its end.
  void stored() {
    prepared.stackLiveness().visited(state, at, written);
  }

  void usesStack(int subprogram, int bytes) {
    prepared.usesStack(subprogram, bytes);
  }

  void noteArgument(int register) {
    if (reg(register).kind == RegisterKind.UNSET) {
      requireSet(register);
    }
  }

  void noteKind(Reg reg, boolean write) {
    prepared.kinds().note(at, reg, write);
  }

  /// A number that a loop changes and that does not matter is any number from now on.
  public void widenSinceCall(int instruction) {
    Widening.since(state, instruction);
  }

  StateComparison comparison() {
    return prepared.comparison();
  }
}
