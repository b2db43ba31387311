package org.ebpf4j.vm.internal.compiler;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Optional;
import org.ebpf4j.vm.internal.machine.Code;
import org.ebpf4j.vm.internal.machine.Compiled;
import org.ebpf4j.vm.internal.machine.Memory;
import org.jspecify.annotations.Nullable;

/// Makes classes of programs. They are hidden, and go with the program. Any thread may use it.
public final class ProgramCompiler implements Code.Compiler {
  /// The most slots of a program that is compiled: larger ones stay with the interpreter.
  private static final int MOST = 30_000;

  @Override
  public @Nullable Compiled compile(Code code, Memory memory) {
    if (code.size() > MOST) {
      return null;
    }
    var made = ProgramCode.make(code, memory);
    try {
      var type =
          MethodHandles.lookup()
              .defineHiddenClassWithClassData(made.bytes(), made.constants(), true);
      return (Compiled)
          type.findConstructor(type.lookupClass(), MethodType.methodType(void.class, Code.class))
              .invoke(code);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("no class of program '" + code.name() + "'", e);
    }
  }

  /// The bytes of the class of a program; empty for one that is too large.
  public static Optional<byte[]> bytes(Code code, Memory memory) {
    return code.size() <= MOST
        ? Optional.of(ProgramCode.make(code, memory).bytes())
        : Optional.empty();
  }
}
