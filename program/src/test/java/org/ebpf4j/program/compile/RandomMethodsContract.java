package org.ebpf4j.program.compile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.ebpf4j.BpfObject;
import org.ebpf4j.Kernel;
import org.ebpf4j.RunInput;
import org.ebpf4j.error.VerifierException;
import org.ebpf4j.object.ObjectSpec;
import org.junit.jupiter.api.Test;

/// Random methods give on a kernel what they give on the JVM, exceptions included, and no kernel
/// rejects one.
abstract class RandomMethodsContract {
  private static final int IN_CLASS = 50;
  private static final int RUNS = 6;

  /// Opens the kernel.
  abstract Kernel open();

  @Test
  void giveWhatTheJvmGives() {
    var methods = Integer.getInteger("ebpf4j.random.methods", 2500);
    var first = Long.getLong("ebpf4j.random.seed", System.nanoTime());
    System.out.println("random methods: -Debpf4j.random.seed=" + first);
    int runs = 0;
    int faults = 0;
    long slots = 0;
    long nanos = 0;
    var rejected = new ArrayList<String>();
    try (var kernel = open()) {
      for (int done = 0; done < methods; done += IN_CLASS) {
        var seed = first + done;
        var name = "R" + done;
        var random = new RandomMethods(seed);
        var source = random.source(name, IN_CLASS);
        var type = load(name, source);
        ObjectSpec spec;
        var start = System.nanoTime();
        try {
          spec = JavaPrograms.compile(List.of(type), Map.of(name + ".java", source));
        } catch (RuntimeException e) {
          throw new AssertionError("seed " + seed + " is refused: " + excerpt(source, e), e);
        }
        nanos += System.nanoTime() - start;
        for (var program : spec.programs()) {
          slots += program.instructions().size();
        }
        for (int tries = 0; tries < IN_CLASS; tries++) {
          try (var object = kernel.load(spec)) {
            for (var program : ThreeWays.programs(type)) {
              if (spec.programs().stream().noneMatch(p -> p.name().equals(program.getName()))) {
                continue;
              }
              for (int i = 0; i < RUNS; i++) {
                var packet = random.packet();
                var expected = ThreeWays.onJvm(program, packet);
                faults += expected == RandomMethods.FAULT ? 1 : 0;
                runs++;
                assertThat(run(object, program.getName(), packet))
                    .as(
                        "seed %d, method %s, packet %s, source:%n%s",
                        seed,
                        program.getName(),
                        HexFormat.of().formatHex(packet),
                        source(source, program.getName()))
                    .isEqualTo(expected);
              }
            }
            break;
          } catch (VerifierException e) {
            rejected.add(
                "seed "
                    + seed
                    + " "
                    + e.program()
                    + ": "
                    + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
            spec = spec.withoutProgram(e.program());
          }
        }
      }
    }
    System.out.printf(
        "%d random methods, %d runs, %d of them ended by an exception, all equal;"
            + " %d slots each, %d us to compile each%n",
        methods, runs, faults, slots / methods, nanos / 1000 / methods);
    // A verifier that walks through all ways may lose its patience with a loop whose end it does
    // not
    // see.
    var impatient =
        rejected.stream()
            .filter(r -> r.contains("too complex") || r.contains("too large"))
            .toList();
    // An index that was kept on the stack meanwhile: its bounds may be lost with it.
    var lost = rejected.stream().filter(r -> !impatient.contains(r)).toList();
    System.out.println("too much for the verifier: " + impatient + ", lost bounds: " + lost);
    assertThat(lost).allMatch(r -> r.contains("unbounded")).hasSizeLessThan(2 + methods / 500);
    assertThat(impatient).hasSizeLessThan(2 + methods / 400);
  }

  private static int run(BpfObject object, String program, byte[] packet) {
    return object.program(program).run(RunInput.packet(packet)).returnValue();
  }

  private static String source(String source, String method) {
    var start = source.indexOf(" " + method + "(Xdp");
    return source.substring(start, source.indexOf("\n  }\n", start));
  }

  private static String excerpt(String source, RuntimeException e) {
    if (e instanceof RefusedProgramException refused && refused.line() > 0) {
      return e.getMessage()
          + "\n"
          + source.lines().skip(refused.line() - 1L).findFirst().orElse("");
    }
    return String.valueOf(e);
  }

  private static Class<?> load(String name, String source) {
    try {
      return new ClassFilesLoader(compile(name, source), RandomMethods.class.getClassLoader())
          .loadClass(name);
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  /// The class files of a source file.
  static Map<String, byte[]> compile(String name, String source) {
    var compiler = ToolProvider.getSystemJavaCompiler();
    var classes = new HashMap<String, ByteArrayOutputStream>();
    var problems = new ArrayList<String>();
    StandardJavaFileManager standard = compiler.getStandardFileManager(null, null, null);
    var manager =
        new ForwardingJavaFileManager<>(standard) {
          @Override
          public JavaFileObject getJavaFileForOutput(
              Location location,
              String className,
              JavaFileObject.Kind kind,
              javax.tools.FileObject sibling) {
            return new SimpleJavaFileObject(URI.create("mem:///" + className + ".class"), kind) {
              @Override
              public OutputStream openOutputStream() {
                var bytes = new ByteArrayOutputStream();
                classes.put(className, bytes);
                return bytes;
              }
            };
          }
        };
    var file =
        new SimpleJavaFileObject(
            URI.create("mem:///" + name + ".java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignore) {
            return source;
          }
        };
    var options =
        List.of("-g", "-nowarn", "-proc:none", "-cp", System.getProperty("java.class.path"));
    if (!compiler
        .getTask(null, manager, d -> problems.add(d.toString()), options, null, List.of(file))
        .call()) {
      throw new AssertionError("javac: " + problems);
    }
    var result = new HashMap<String, byte[]>();
    classes.forEach((n, bytes) -> result.put(n, bytes.toByteArray()));
    return result;
  }
}
