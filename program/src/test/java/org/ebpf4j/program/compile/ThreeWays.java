package org.ebpf4j.program.compile;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import org.ebpf4j.BpfObject;
import org.ebpf4j.RunInput;
import org.ebpf4j.program.Section;
import org.ebpf4j.program.Xdp;

/// Runs XDP programs on the JVM and on a kernel.
final class ThreeWays {
  private ThreeWays() {}

  /// The programs of a class.
  static List<Method> programs(Class<?> type) {
    return Arrays.stream(type.getDeclaredMethods())
        .filter(m -> m.isAnnotationPresent(Section.class))
        .sorted(java.util.Comparator.comparing(Method::getName))
        .toList();
  }

  /// What a program returns on the JVM; where an exception ends it, its `onFault`.
  static int onJvm(Method program, byte[] packet) {
    try {
      program.setAccessible(true);
      var result =
          program.getParameterCount() == 0
              ? program.invoke(null)
              : program.invoke(null, new Xdp(packet));
      return (int) result;
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException) {
        return program.getAnnotation(Section.class).onFault();
      }
      throw new AssertionError(e.getCause());
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }

  /// What a program returns on a kernel.
  static int on(BpfObject object, String program, byte[] packet) {
    return object.program(program).run(RunInput.packet(packet)).returnValue();
  }
}
