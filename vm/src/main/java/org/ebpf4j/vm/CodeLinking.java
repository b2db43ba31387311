package org.ebpf4j.vm;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.insn.HelperFunction;
import org.ebpf4j.insn.Instruction;
import org.ebpf4j.insn.Opcode;
import org.ebpf4j.insn.Slot;
import org.ebpf4j.load.FittedObject;
import org.ebpf4j.load.FittedProgram;
import org.ebpf4j.object.Extern;
import org.ebpf4j.object.ProgramSpec;
import org.ebpf4j.object.Subprogram;
import org.ebpf4j.vm.internal.kfunc.Kfunc;
import org.ebpf4j.vm.internal.machine.Code;
import org.ebpf4j.vm.internal.machine.Memory;
import org.ebpf4j.vm.internal.machine.MemoryFault;
import org.ebpf4j.vm.internal.machine.Region;
import org.ebpf4j.vm.internal.program.KernelPointers;

/// What the code of a program refers to other than maps: functions of the kernel and its own, jump
/// tables, its handler of exceptions.
final class CodeLinking {
  /// What the address of a function of the kernel is: a number that is in no memory.
  private static final long FUNCTION = 1L << 62;

  private final VirtualKernel kernel;
  private final FittedObject object;
  private final FittedProgram program;
  private final Code code;

  CodeLinking(VirtualKernel kernel, FittedObject object, FittedProgram program, Code code) {
    this.kernel = kernel;
    this.object = object;
    this.program = program;
    this.code = code;
  }

  /// Says what each call calls.
  void link(ProgramType type) {
    var kfuncs = kfuncs();
    var caller = new Kfunc.Caller(code, type, object.spec().types());
    program
        .instructions()
        .forEach((slot, instruction) -> {
          switch (instruction) {
            case Instruction.Call.Helper(int id) when !program.poisoned().containsKey(slot) ->
                linkHelper(slot, id);
            case Instruction.Call.Kfunc _ -> linkKfunc(slot, kfuncs.get(slot), caller);
            case Instruction.LoadImmediate64 _ when kfuncs.containsKey(slot) ->
                code.setImmediate(slot, FUNCTION + slot);
            default -> {
              // It refers to no function of the kernel.
            }
          }
        });
    code.setNullableLoads(
        KernelPointers.of(
            code,
            type,
            program.program().attachPoint(),
            slot ->
                Slot.src(code.slot(slot)) == Opcode.PSEUDO_KFUNC_CALL
                    ? Optional.ofNullable(kfuncs.get(slot))
                    : HelperFunction.name(Slot.imm(code.slot(slot)))));
    program
        .program()
        .exceptionCallback()
        .ifPresent(name ->
            program.program().subprograms().stream()
                .filter(function -> function.name().equals(name))
                .mapToInt(Subprogram::slot)
                .forEach(code::setExceptionCallback));
  }

  /// The names of the functions that instructions refer to, by slot; without those that are weak
  /// and not there.
  private Map<Integer, String> kfuncs() {
    var found = new HashMap<Integer, String>();
    for (var reference : program.program().externReferences()) {
      var extern = object.spec().externs().get(reference.extern());
      var name = Btf.essentialName(extern.name());
      if (extern instanceof Extern.Function && kernel.kfuncs().find(name).isPresent()) {
        found.put(reference.slot(), name);
      }
    }
    return found;
  }

  private void linkHelper(int slot, int id) {
    var name = HelperFunction.name(id);
    var helper = name.flatMap(kernel::helper);
    if (helper.isPresent()) {
      code.setCall(slot, helper.get());
      return;
    }
    var weak = object.missingFunction(id);
    if (weak.isEmpty()) {
      throw missing(program.program(), slot, "helper", name.orElse("helper " + id));
    }
    code.setCall(
        slot,
        (run, a, b, c, d, e) -> {
          throw new MemoryFault(
              a, "a call of " + weak.get() + ", which is declared __weak and is not there");
        });
  }

  private void linkKfunc(
      int slot, @org.jspecify.annotations.Nullable String name, Kfunc.Caller caller) {
    if (name == null) {
      throw missing(program.program(), slot, "kfunc", "a function of the kernel (kfunc)");
    }
    var found =
        kernel
            .kfuncs()
            .find(name)
            .orElseThrow(() -> missing(program.program(), slot, "kfunc", name));
    code.setCall(slot, found.of(caller));
  }

  private static BpfException missing(ProgramSpec program, int slot, String kind, String function) {
    return new UnsupportedFeatureException(
        function,
        null,
        "program '"
            + program.name()
            + "': instruction "
            + slot
            + program.line(slot).map(line -> " (line " + line.line() + ")").orElse("")
            + " calls "
            + function
            + ", which the virtual kernel does not have\n  try: kernel."
            + kind
            + "(\""
            + function
            + "\", call -> …) before it is loaded");
  }

  /// Writes addresses into the code that are known once it has a place: those of its functions, and
  /// of its jump tables.
  ///
  /// @return the tables
  static List<Region> linkPlaces(FittedProgram program, Code code, Memory memory) {
    var start = code.place().address();
    program
        .instructions()
        .forEach((slot, instruction) -> {
          if (instruction instanceof Instruction.LoadImmediate64 load
              && load.pseudo() == Opcode.PSEUDO_FUNC) {
            code.setImmediate(slot, start + slot + 1 + load.low());
          }
        });
    var tables = new ArrayList<Region>();
    for (var table : program.tables()) {
      var bytes =
          ByteBuffer.allocate(Long.BYTES * table.targets().size()).order(ByteOrder.LITTLE_ENDIAN);
      table.targets().forEach(target -> bytes.putLong(start + target));
      var region = new Region("a jump table", Objects.requireNonNull(bytes.array()), false);
      memory.add(region);
      table.slots().forEach(slot -> code.setImmediate(slot, region.address()));
      tables.add(region);
    }
    return tables;
  }
}
