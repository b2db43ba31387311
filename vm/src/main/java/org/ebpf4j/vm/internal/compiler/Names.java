package org.ebpf4j.vm.internal.compiler;

import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_byte;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import org.ebpf4j.vm.internal.machine.Code;
import org.ebpf4j.vm.internal.machine.Compiled;
import org.ebpf4j.vm.internal.machine.Helper;
import org.ebpf4j.vm.internal.machine.MemoryFault;
import org.ebpf4j.vm.internal.machine.Region;
import org.ebpf4j.vm.internal.machine.Run;
import org.ebpf4j.vm.internal.machine.Sites;

/// Types and descriptors of what the classes refer to.
final class Names {
  static final ClassDesc SELF = ClassDesc.of("org.ebpf4j.vm.internal.compiler.Program");
  static final ClassDesc COMPILED = of(Compiled.class);
  static final ClassDesc RUN = of(Run.class);
  static final ClassDesc CODE = of(Code.class);
  static final ClassDesc HELPER = of(Helper.class);
  static final ClassDesc REGION = of(Region.class);
  static final ClassDesc SITES = of(Sites.class);
  static final ClassDesc BYTES = CD_byte.arrayType();
  static final ClassDesc LONGS = CD_long.arrayType();
  static final ClassDesc INTS = CD_int.arrayType();
  static final ClassDesc MEMORY_FAULT = of(MemoryFault.class);
  static final ClassDesc EXCEPTION = of(RuntimeException.class);

  static final MethodTypeDesc CONSTRUCTOR = MethodTypeDesc.of(CD_void, CODE);
  static final MethodTypeDesc HAS = MethodTypeDesc.of(CD_boolean, CD_int);
  static final MethodTypeDesc EXECUTE =
      MethodTypeDesc.of(CD_long, RUN, CD_int, CD_long, CD_long, CD_long, CD_long, CD_long, CD_long);

  /// A function of the program.
  static final MethodTypeDesc FUNCTION =
      MethodTypeDesc.of(CD_long, RUN, CD_long, CD_long, CD_long, CD_long, CD_long, CD_long);

  /// A part of one.
  static final MethodTypeDesc PART = MethodTypeDesc.of(CD_int, RUN, CD_long, LONGS, CD_int);

  static final MethodTypeDesc CALL =
      MethodTypeDesc.of(CD_long, RUN, CD_long, CD_long, CD_long, CD_long, CD_long);
  static final MethodTypeDesc ENTER =
      MethodTypeDesc.of(CD_long, RUN, CODE, CD_int, CD_long, CD_long, CD_long, CD_long, CD_long);
  static final MethodTypeDesc GO_ON =
      MethodTypeDesc.of(CD_long, RUN, CODE, CD_long, CD_long, CD_long, CD_long, CD_long, CD_long);
  static final MethodTypeDesc TAIL =
      MethodTypeDesc.of(CODE, RUN, HELPER, CD_long, CD_long, CD_long);
  static final MethodTypeDesc ATOMIC =
      MethodTypeDesc.of(CD_long, RUN, CD_long, CD_int, CD_int, CD_long, CD_long);

  /// The region of an address, where that is not the one that was looked up before.
  static final MethodTypeDesc FIND = MethodTypeDesc.of(REGION, RUN, REGION, CD_long);

  static final MethodTypeDesc RESCUE =
      MethodTypeDesc.of(
          CD_long, RUN, SITES, CD_int, LONGS, INTS, CD_long, CD_int, CD_int, EXCEPTION);

  private Names() {}

  /// The name of the method of a function.
  static String function(int slot) {
    return "f" + slot;
  }

  /// The name of the method of a part of one.
  static String part(int slot, int number) {
    return "f" + slot + "part" + number;
  }

  private static ClassDesc of(Class<?> type) {
    return type.describeConstable().orElseThrow();
  }
}
