@NullMarked
package org.ebpf4j.junit.assertion;

import org.jspecify.annotations.NullMarked;
