"""Audiences as files that platforms accept: from members to outbox/, and receipts back."""
