"""The engine's own SQL, by name. Values are bound, never formatted in."""

from __future__ import annotations

QUERIES = {
    "prepare_run_get_workflow_and_rank": """
        SELECT WorkflowName, Rank FROM def_workflows
        WHERE WorkflowName = :workflow AND Package = :package""",
    "prepare_run_get_processguidsql": """
        SELECT ProcessGuidSql FROM def_workflows
        WHERE WorkflowName = :workflow AND Package = :package""",
    "prepare_run_get_nodes": """
        SELECT WorkflowGuid, Rank, Type, Name, Async, NodeData, Branches FROM def_workflow
        WHERE WorkflowName = :workflow AND Package = :package
        ORDER BY Rank""",
    "prepare_run_join_by_name": """
        SELECT w.WorkflowName, w.Rank, w.ProcessGuidSql,
               n.WorkflowGuid, n.Rank, n.Type, n.Name, n.Async, n.NodeData, n.Branches
        FROM def_workflows w
        LEFT JOIN def_workflow n ON n.WorkflowName = w.WorkflowName
        WHERE w.WorkflowName = :workflow
        ORDER BY n.Rank""",
    "prepare_run_join_by_name_and_package": """
        SELECT w.WorkflowName, w.Rank, w.ProcessGuidSql,
               n.WorkflowGuid, n.Rank, n.Type, n.Name, n.Async, n.NodeData, n.Branches
        FROM def_workflows w
        LEFT JOIN def_workflow n ON n.WorkflowName = w.WorkflowName AND n.Package = w.Package
        WHERE w.WorkflowName = :workflow AND w.Package = :package
        ORDER BY n.Rank""",
}
