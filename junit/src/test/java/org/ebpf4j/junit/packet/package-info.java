@NullMarked
package org.ebpf4j.junit.packet;

import org.jspecify.annotations.NullMarked;
