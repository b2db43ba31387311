package org.ebpf4j.program.run;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.program.Section;
import org.ebpf4j.program.jvm.Environment;
import org.ebpf4j.program.jvm.TailCall;
import org.jspecify.annotations.Nullable;

/// A program in Java, to be run on the JVM as a kernel runs it: an exception that nobody catches is
/// the value of [Section#onFault()], what was reserved is given up then, and a tail call goes on
/// with another program.
///
/// {@snippet :
/// var filter = JvmProgram.of(Filter.class, "filter");
/// assertThat(filter.run(new Xdp(packet))).isEqualTo(Xdp.DROP);
/// }
///
/// Runs are in the environment of the thread, [Environment#current()].
public final class JvmProgram {
  /// As many as the kernel does.
  private static final int MOST_TAIL_CALLS = 33;

  private final Class<?> type;
  private final Method method;
  private final Section section;

  private JvmProgram(Class<?> type, Method method, Section section) {
    this.type = type;
    this.method = method;
    this.section = section;
  }

  /// A program of a class.
  ///
  /// @param name the name of the method
  /// @throws NotFoundException where the class has no such program
  public static JvmProgram of(Class<?> type, String name) {
    return of(List.of(type), name);
  }

  static JvmProgram of(List<Class<?>> types, String name) {
    for (var type : types) {
      for (var method : type.getDeclaredMethods()) {
        var section = method.getAnnotation(Section.class);
        if (section != null && method.getName().equals(name)) {
          method.setAccessible(true);
          return new JvmProgram(type, method, section);
        }
      }
    }
    throw new NotFoundException(
        "program",
        name,
        types.stream()
            .flatMap(t -> Arrays.stream(t.getDeclaredMethods()))
            .filter(m -> m.isAnnotationPresent(Section.class))
            .map(Method::getName)
            .toList());
  }

  /// Its name.
  public String name() {
    return method.getName();
  }

  Class<?>[] parameterTypes() {
    return method.getParameterTypes();
  }

  /// Runs it.
  ///
  /// @param arguments what its method takes
  /// @return what it returns, or the value for faults; 0 for `void`
  /// @throws BpfException where a helper function does nothing on the JVM
  public long run(@Nullable Object... arguments) {
    var program = this;
    for (int calls = 0; ; calls++) {
      try {
        return program.once(arguments);
      } catch (TailCall call) {
        if (calls == MOST_TAIL_CALLS) {
          throw new BpfException("more than " + MOST_TAIL_CALLS + " tail calls", call);
        }
        program = of(type, call.program());
      }
    }
  }

  private long once(@Nullable Object... arguments) {
    try {
      return number(method.invoke(null, arguments));
    } catch (InvocationTargetException e) {
      return switch (e.getCause()) {
        case BpfException ours -> throw ours;
        case Exception _ -> fault();
        case Error error -> throw error;
        case null, default -> throw new IllegalStateException(e);
      };
    } catch (IllegalAccessException e) {
      throw new BpfException("method " + method + " cannot be called", e);
    }
  }

  private long fault() {
    Environment.current().releaseAll();
    return section.onFault();
  }

  private static long number(@Nullable Object result) {
    return switch (result) {
      case null -> 0;
      case Boolean truth -> truth ? 1 : 0;
      case Character character -> character;
      case Number number -> number.longValue();
      default -> throw new BpfException("a program returns a number, not " + result.getClass());
    };
  }
}
