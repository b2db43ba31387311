package org.ebpf4j.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StoredFactsTest {
  @TempDir private Path directory;

  private final MadeFacts made = new MadeFacts();

  private void write(String name, String text) throws IOException {
    Files.createDirectories(directory.resolve(name).getParent());
    Files.writeString(directory.resolve(name), text);
  }

  private void writeTypes() throws IOException {
    var registers = made.struct("user_pt_regs", 8, Map.of("r", 0));
    made.kernel.add(new BtfType.Typedef("bpf_user_pt_regs_t", registers));
    made.task(2000);
    Files.write(directory.resolve("vmlinux"), made.kernel.toBytes());
  }

  @Test
  void readsAllThereIs() throws IOException {
    writeTypes();
    var module = made.module();
    made.struct(module, "of_module", 4, Map.of("x", 0));
    Files.createDirectories(directory.resolve("modules"));
    Files.write(directory.resolve("modules/some"), module.toBytes());
    write("kallsyms", "ffffffff81000000 T vfs_read\nffffffff81000010 t other\n");
    write("config", "CONFIG_BPF=y\n");
    write(
        "kernel",
        "# made\nrelease 6.1.7-amd64\npage-size 16384\ncpus 12\nwithout BTF context_tag\n");
    var facts = StoredFacts.of(directory);
    assertThat(facts.types().ids("task_struct")).hasSize(1);
    assertThat(facts.modules()).extracting(ModuleTypes::name).containsExactly("some");
    assertThat(facts.modules().getFirst().types().ids("of_module")).hasSize(1);
    assertThat(facts.addresses(Set.of("vfs_read", "none")))
        .containsOnly(Map.entry("vfs_read", 0xffffffff81000000L));
    assertThat(facts.config().value("CONFIG_BPF")).contains("y");
    assertThat(facts.versionCode()).isEqualTo(0x060107);
    assertThat(facts.pageSize()).isEqualTo(16384);
    assertThat(facts.possibleCpus()).isEqualTo(12);
    assertThat(facts.has(KernelFeature.BTF)).isFalse();
    assertThat(facts.has(KernelFeature.CONTEXT_TAG)).isFalse();
    assertThat(facts.has(KernelFeature.GLOBAL_DATA)).isTrue();
    assertThat(facts.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
    assertThat(facts.registers()).isEqualTo("user_pt_regs");
  }

  @Test
  void objectIsFittedToThem() throws IOException {
    writeTypes();
    var spec = ObjectSpec.read("core_re_task.bpf.o", TestObjects.bytes("core_re_task"));
    var there = FittedObject.of(spec, StoredFacts.of(directory), FitOptions.NONE);
    assertThat(there.failures()).isEmpty();
    assertThat(there.programs()).isEqualTo(FittedObject.of(spec, made, FitOptions.NONE).programs());
    var typesOnly =
        FittedObject.of(spec, StoredFacts.of(directory.resolve("vmlinux")), FitOptions.NONE);
    assertThat(typesOnly.programs()).isEqualTo(there.programs());
  }

  @Test
  void whatIsMissingIsToldOnlyWhereItIsWanted() throws IOException {
    writeTypes();
    var facts = StoredFacts.of(directory);
    assertThat(facts.modules()).isEmpty();
    assertThatThrownBy(() -> facts.addresses(Set.of("x")))
        .isInstanceOf(BpfException.class)
        .hasMessageContaining("do not tell the addresses of symbols")
        .hasMessageContaining("kallsyms");
    assertThatThrownBy(facts::config).hasMessageContaining("the kernel's configuration");
    assertThatThrownBy(facts::versionCode).hasMessageContaining("the kernel's version");
    var types = StoredFacts.of(directory.resolve("vmlinux"));
    assertThatThrownBy(types::config).hasMessageContaining("they are types only");
    assertThat(types.modules()).isEmpty();
  }

  @Test
  void nothingThereIsToldAtOnce() {
    assertThatThrownBy(() -> StoredFacts.of(directory.resolve("none")))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("none: no such file");
    assertThatThrownBy(() -> StoredFacts.of(directory).types())
        .hasMessageContaining("do not tell the kernel's types");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "release six",
        "release",
        "release 6.1 7",
        "page-size 0",
        "page-size -1",
        "cpus many",
        "cpus",
        "kernel 6.1",
        "without no_such_feature"
      })
  void damagedLinesAreTold(String line) throws IOException {
    write("kernel", "release 6.1.0\n" + line + "\n");
    assertThatThrownBy(() -> StoredFacts.of(directory))
        .isInstanceOf(BpfException.class)
        .hasMessageContaining(directory.resolve("kernel").toString());
  }
}
