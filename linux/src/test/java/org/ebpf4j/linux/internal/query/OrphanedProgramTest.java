package org.ebpf4j.linux.internal.query;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// No kernel at hand has a device that runs programs: the text is that of `bpf_prog_show_fdinfo` in
/// `kernel/bpf/syscall.c`.
class OrphanedProgramTest {
  @Test
  void saysWhatProcSays() {
    var info =
        OrphanedProgram.info(
            new DescriptorFields(
                """
                pos:	0
                flags:	02000002
                prog_type:	6
                prog_jited:	1
                prog_tag:	3b185187f1855c4c
                memlock:	4096
                prog_id:	77
                run_time_ns:	5
                run_cnt:	2
                recursion_misses:	1
                verified_insns:	9
                """));
    assertThat(info.origin().orphaned()).isTrue();
    assertThat(info.id()).isEqualTo(77);
    assertThat(info.typeLabel()).isEqualTo("xdp");
    assertThat(info.tag()).isEqualTo("3b185187f1855c4c");
    assertThat(info.lockedBytes()).hasValue(4096);
    assertThat(info.verifiedInstructions()).isEqualTo(9);
    assertThat(info.statistics().runs()).isEqualTo(2);
    assertThat(info.statistics().recursionMisses()).isEqualTo(1);
  }
}
