package org.ebpf4j.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.ClassTemplate;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/// A test of an object file, run once for each kernel. Each run has a kernel and an object of its
/// own, which are closed after it.
///
/// {@snippet :
/// @BpfTest(object = "hello.bpf.o", kernels = {VIRTUAL, LINUX}, attach = true)
/// void saysHello(Hooks hooks, TraceStream trace) throws Exception {
///   hooks.fire("tracepoint:syscalls/sys_enter_execve", () -> new ProcessBuilder("true").start());
///   assertThat(trace).prints("Hello");
/// }
/// }
///
/// Programs in Java run on all kernels, and as plain methods besides:
///
/// {@snippet :
/// @BpfTest(classes = Filter.class)
/// void dropsWhatIsBlocked(@Program("filter") BpfProgram filter, @Map("blocked") BpfMap<Integer, Long> blocked) {
///   blocked.update(0x0a000001, 0L);
///   assertThat(filter.run(RunInput.packet(packet))).returns(XdpAction.DROP);
/// }
/// }
///
/// On a class, all of its tests run once for each kernel, and methods with this annotation add to
/// what the class says. A test may take, in any order:
///
/// | parameter | what it is |
/// |---|---|
/// | [org.ebpf4j.Kernel], [org.ebpf4j.vm.VirtualKernel] | the kernel |
/// | [org.ebpf4j.BpfObject] | the object, loaded |
/// | [org.ebpf4j.BpfProgram] | the program that [Program] names, or the only one |
/// | [org.ebpf4j.RawMap], [org.ebpf4j.BpfMap]`<K, V>`, [org.ebpf4j.QueueMap]`<V>` | the map that [Map] names, with keys and values of these types |
/// | [org.ebpf4j.ring.RingBuffer], [org.ebpf4j.ring.TypedRingBuffer]`<T>`, [org.ebpf4j.ring.UserRingBuffer], [org.ebpf4j.ring.PerfBuffer], [org.ebpf4j.ring.TypedPerfBuffer]`<T>` | a reader of the map that [Map] names, or its writer |
/// | [org.ebpf4j.BpfVariable] | the variable that [Variable] names |
/// | [org.ebpf4j.TraceStream] | what programs print from here on |
/// | [Hooks] | hooks, to be reached |
/// | [KernelKind] | which kernel it is |
/// | [org.ebpf4j.program.jvm.Environment] | what programs in Java find around them on the JVM; on other kernels, one that nothing is in |
///
/// A run on Linux is skipped where this machine does not let it: it is no Linux, a privilege is
/// missing, or the kernel lacks a feature. With `-Debpf4j.linux=require` it fails instead.
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE, ElementType.ANNOTATION_TYPE})
@TestTemplate
@ClassTemplate
@ExtendWith(BpfTestExtension.class)
public @interface BpfTest {
  /// The object file: a resource beside the test class, or of the class path, or a path. Nothing is
  /// loaded where none is named.
  String object() default "";

  /// Classes with programs in Java, in place of an object file: they are compiled to one object.
  Class<?>[] classes() default {};

  /// The kernels; where none is named, the virtual one, and for [#classes()] all three.
  KernelKind[] kernels() default {};

  /// The programs that are loaded, where it is not those that the object says.
  String[] programs() default {};

  /// Whether the programs are attached where their sections say, before the test begins.
  boolean attach() default false;

  /// Variables that are set before the object is loaded: `only_uid=1000`.
  String[] set() default {};

  /// Sizes of maps, in entries: `events=4096`.
  String[] mapSizes() default {};

  /// More of the kernel's configuration: `CONFIG_HZ=250`.
  String[] config() default {};

  /// A file with types (BTF, bare or in an ELF file) that the virtual kernel has in place of those
  /// of the object: a resource or a path, as the object.
  String types() default "";

  /// Whether the virtual kernel verifies programs when it loads them. Without, what a program does
  /// wrong is found when it does it.
  boolean verify() default true;

  /// What the random numbers of the virtual kernel begin with.
  long seed() default 1;

  /// How many CPUs the virtual kernel has.
  int cpus() default 4;
}
