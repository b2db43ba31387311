package org.ebpf4j.linux.internal.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.ebpf4j.linux.internal.sys.BtfCommands;
import org.ebpf4j.linux.internal.sys.Fd;
import org.ebpf4j.linux.internal.sys.TestBtf;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.RequiresKernel;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@KernelTest
@RequiresKernel(value = "5.11", because = "the types of modules")
class KernelTypesTest {
  private static final Path DIRECTORY = Path.of("/sys/kernel/btf");

  @BeforeEach
  void wantsTypes() {
    assumeTrue(Files.isReadable(DIRECTORY.resolve("vmlinux")), "the kernel has no BTF");
  }

  private static List<String> modulesInSys() throws IOException {
    try (Stream<Path> files = Files.list(DIRECTORY)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.equals("vmlinux"))
          .toList();
    }
  }

  @Test
  void findsEachModule() throws IOException {
    try (var types = new KernelTypes()) {
      assertThat(types.loaded().stream().map(KernelTypes.Module::name))
          .containsExactlyInAnyOrderElementsOf(modulesInSys());
      assertThat(types.modules()).hasSameSizeAs(types.loaded());
      for (var module : types.loaded()) {
        assertThat(module.types().base()).containsSame(types.kernel());
        assertThat(module.types().typeCount()).isGreaterThan(types.kernel().typeCount());
        assertThat(ObjectInfo.typesHeader(module.fd().number()).id()).isEqualTo(module.id());
      }
    }
  }

  @Test
  void passesOverWhatProgramsBrought() {
    try (Fd brought = BtfCommands.load(TestBtf.function()).fd();
        var types = new KernelTypes()) {
      var id = ObjectInfo.typesHeader(brought.number()).id();
      assertThat(types.loaded().stream().map(KernelTypes.Module::id)).doesNotContain(id);
    }
  }

  @Test
  void keepsDescriptorsUntilEnd() {
    var types = new KernelTypes();
    var modules = types.loaded();
    assertThat(types.loaded()).isSameAs(modules);
    assertThat(modules).allMatch(module -> module.fd().isOpen());
    types.close();
    types.close();
    assertThat(modules).noneMatch(module -> module.fd().isOpen());
  }

  @Test
  void readsNothingThatIsNotWanted() {
    try (var types = new KernelTypes()) {
      assertThat(types.kernel().ids("task_struct")).isNotEmpty();
      assertThat(types.kernel()).isSameAs(types.kernel());
    }
  }
}
